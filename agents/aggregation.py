"""Records that were read alone, put together: a list of what they say, or how many they are."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.core.schema import Aggregation, Draft, Sentence, Step, Verdict

# One thing alone is what the question, read as a whole, finds too.
FEWEST = 2


def aggregate(aggregation: Aggregation, steps: Sequence[Step]) -> str:
    """How many records there are, or their answers: "Oak, Birch and Elm"."""
    if aggregation is Aggregation.COUNT:
        return str(len(steps))
    *others, last = [step.answer for step in steps]
    return f"{', '.join(others)} and {last}" if others else last


def steps_that_hold(draft: Draft, sentences: Sequence[Sentence]) -> tuple[Step, ...]:
    """The steps that an answer may rest on, if any.

    Steps that rest on each other hold together, with any supported sentence. Of records each holds
    whose sentence is supported, if they are enough to be put together.
    """
    supported = [one for one in sentences if one.verdict is Verdict.SUPPORTED]
    cited = {citation for sentence in supported for citation in sentence.citations}
    if not draft.aggregation:
        return tuple(draft.steps) if supported else ()
    held = tuple(step for step in draft.steps if step.citation in cited)
    return held if len(held) >= FEWEST else ()
