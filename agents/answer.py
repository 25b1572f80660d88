"""Step: what was found and verified becomes the answer, or the reason why there is none."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.aggregation import aggregate, steps_that_hold
from groundwire.agents.state import State, Tools
from groundwire.core.schema import (
    Aggregation,
    Answer,
    Evidence,
    Sentence,
    Status,
    Step,
    Usage,
    Verdict,
)

YES_NO = ("Yes", "No")
_MADE = {Aggregation.LIST: "Listed", Aggregation.COUNT: "Counted"}


async def answer(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """Supported sentences make the answer; the others are dropped or marked, and that is said."""
    tools = runtime.context
    supported = [one for one in state.sentences if one.verdict is Verdict.SUPPORTED]
    steps = steps_that_hold(state.draft, supported)
    marks = tools.settings.answer.unsupported == "mark"
    kept = state.sentences if marks and supported else supported
    reason = _explain(tools, state, supported)
    made = Answer(
        question=state.question,
        status=_judge(supported, reason),
        text=" ".join(map(_marked, kept)),
        short_answer=_short_answer(state, supported, steps),
        sentences=tuple(kept),
        evidence=tuple(_evidence(state)),
        queries=tuple(state.queries),
        reason=_with_limits(reason, state.draft.aggregation if steps else None),
        usage=Usage(seconds=tools.seconds),
        run_id=state.run_id,
        assurance=tools.assurance,
        steps=steps,
    )
    runtime.stream_writer(tools.event("answer", answer=made))
    return {"answer": made}


def _marked(sentence: Sentence) -> str:
    """The sentence's text; whoever reads only that must see what is not supported."""
    if sentence.verdict is Verdict.SUPPORTED:
        return sentence.text
    return f"{sentence.text} ({sentence.verdict})"


def _judge(supported: list[Sentence], reason: str | None) -> Status:
    if not supported:
        return Status.ABSTAINED
    return Status.PARTIAL if reason else Status.ANSWERED


def _evidence(state: State) -> list[Evidence]:
    """What was ranked, or what was found when the time ran out before ranking."""
    return state.evidence or [Evidence(passage=hit.passage, score=hit.score) for hit in state.hits]


def _with_limits(reason: str | None, aggregation: Aggregation | None) -> str | None:
    """What a list or a count does not claim, behind what else is to be said."""
    if not aggregation:
        return reason
    told = f"{_MADE[aggregation]} over the passages found: there may be more."
    return f"{reason} {told}" if reason else told


def _short_answer(state: State, supported: list[Sentence], steps: tuple[Step, ...]) -> str | None:
    """The draft's short answer, if what it rests on is supported.

    That is every sentence of its steps; else the sentence that says it. Yes and no stand in none;
    they rest on the first one. A list or a count is made of the records that hold.
    """
    short = state.draft.short_answer
    if state.draft.aggregation:
        return aggregate(state.draft.aggregation, steps) if steps else None
    if state.draft.steps:
        return short if len(supported) == len(state.sentences) else None
    if short in YES_NO:
        return short if state.sentences[0] in supported else None
    return short if short and any(short in sentence.text for sentence in supported) else None


def _was_cut_short(tools: Tools, state: State) -> bool:
    """Whether there was more to do than the time allowed."""
    is_unread = not state.evidence or state.rounds < tools.settings.limits.rounds
    return is_unread and tools.time_is_up


def _explain(tools: Tools, state: State, supported: list[Sentence]) -> str | None:
    """Why nothing, or not everything, is answered; None if all of it is."""
    if not tools.library.has_documents:
        return "The library is empty: add documents first."
    if not _evidence(state):
        return "No passage matches this question within the chosen documents."
    if not supported and _was_cut_short(tools, state):
        limit = tools.settings.limits.seconds
        return f"The time limit of {limit:g} s (limits.seconds) ended the run."
    if not supported and tools.assurance.threshold is None:
        return _explain_uncertified(tools)
    if not supported:
        return f"The documents do not seem to hold the answer: {_best_found(tools, state)}."
    return _explain_rest(tools, total=len(state.sentences), supported=len(supported))


def _explain_uncertified(tools: Tools) -> str:
    """Why no answer can keep the stated risk."""
    risk, assurance = tools.settings.answer.risk, tools.assurance
    if assurance.other_models:
        return (
            f"A risk of {risk:g} cannot be kept, so nothing is answered: support was calibrated on "
            f"{assurance.task} with other models ({', '.join(assurance.other_models)}). "
            "`groundwire calibrate TASK` makes it anew."
        )
    return (
        f"No threshold is certified for a risk of {risk:g} on {assurance.task}, so nothing is "
        "answered. `groundwire calibrate` says which risks are, and certifies some on your own "
        "questions."
    )


def _best_found(tools: Tools, state: State) -> str:
    """How near the best sentence came, with as many digits as show that it fell short."""
    if not state.sentences:
        return "no sentence found answers it"
    best = max(sentence.support for sentence in state.sentences)
    digits = 2 if round(best, 2) < round(tools.threshold, 2) else 4
    return (
        f"the best sentence found has a support of {best:.{digits}f}, under the threshold of "
        f"{tools.threshold:.{digits}f}"
    )


def _explain_rest(tools: Tools, *, total: int, supported: int) -> str | None:
    """What became of the sentences that are not supported; None if there are none."""
    if total == supported:
        return None
    told = f"{total - supported} of {total} sentences found were not supported enough"
    fate = "and are marked so" if tools.settings.answer.unsupported == "mark" else "and left out"
    return f"{told} {fate}."
