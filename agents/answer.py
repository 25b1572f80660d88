"""Step: what was found and verified becomes the answer, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.aggregation import aggregate, steps_that_hold
from groundwire.agents.short_answer import YES_NO
from groundwire.agents.state import State, Tools
from groundwire.core.schema import (
    Aggregation,
    Answer,
    Draft,
    Evidence,
    Sentence,
    Status,
    Step,
    Verdict,
)
from groundwire.retrievers import holds

_MADE = {Aggregation.LIST: "Listed", Aggregation.COUNT: "Counted"}


async def answer(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """Supported sentences make the answer; the others are dropped or marked, and that is said."""
    tools = runtime.context
    supported = [one for one in state.sentences if one.verdict is Verdict.SUPPORTED]
    steps = steps_that_hold(state.draft, supported)
    kept = state.sentences if _marks(tools, state.draft) and supported else supported
    failure = state.failure or _never_asked(tools, state, supported)
    reason = failure or _explain(tools, state, supported)
    made = Answer(
        question=state.question,
        status=Status.FAILED if failure else _judge(supported, reason),
        text=" ".join(map(_marked, kept)),
        short_answer=_short_answer(state, supported),
        sentences=tuple(kept),
        evidence=tuple(_evidence(state)),
        queries=tuple(state.queries),
        reason=_with_notes(reason, _notes(tools, state, steps)),
        usage=replace(state.usage, seconds=tools.seconds),
        run_id=state.run_id,
        assurance=None if state.draft.written_by else tools.assurance,
        steps=steps,
        language_model=state.draft.written_by,
    )
    runtime.stream_writer(tools.event("answer", answer=made))
    return {"answer": made}


def _marks(tools: Tools, draft: Draft) -> bool:
    """Whether what is not supported stays, marked: unset, what a language model wrote does."""
    fate = tools.settings.answer.unsupported
    return fate == "mark" if fate else draft.written_by is not None


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


def _notes(tools: Tools, state: State, steps: tuple[Step, ...]) -> list[str]:
    """What goes with the answer whatever its status: who made it, and what a list leaves open."""
    notes = [*([tools.notice] if tools.notice else []), *state.notices]
    if steps and state.draft.aggregation:
        made = _MADE[state.draft.aggregation]
        notes.append(f"{made} over the passages found: there may be more.")
    return notes


def _with_notes(reason: str | None, notes: list[str]) -> str | None:
    told = [*([reason] if reason else []), *notes]
    return " ".join(told) or None


def _short_answer(state: State, supported: list[Sentence]) -> str | None:
    """The draft's short answer, if what it rests on is supported.

    That is every sentence of its steps; else the sentence that says it. Yes and no stand in none
    that was quoted; they rest on the first one, and in written ones they stand first. A list or a
    count is made of the records that hold.
    """
    short = state.draft.short_answer
    if not supported:
        return None
    if state.draft.steps:
        return _short_answer_of_steps(state, supported)
    if short in YES_NO:
        first = state.sentences[0]
        says = not state.draft.written_by or first.text.startswith((f"{short},", f"{short}:"))
        return short if says and first in supported else None
    return short if short and _is_said(short, state.draft, supported) else None


def _is_said(short: str, draft: Draft, supported: list[Sentence]) -> bool:
    """Whether a sentence says it: a language model may write 5 where what is supported says 15."""
    if draft.written_by:
        return any(holds(sentence.text, short) for sentence in supported)
    return any(short in sentence.text for sentence in supported)


def _short_answer_of_steps(state: State, supported: list[Sentence]) -> str | None:
    if not state.draft.aggregation:
        return state.draft.short_answer if len(supported) == len(state.sentences) else None
    steps = steps_that_hold(state.draft, supported)
    return aggregate(state.draft.aggregation, steps) if steps else None


def _never_asked(tools: Tools, state: State, supported: list[Sentence]) -> str | None:
    """Why a language model that was to answer was not asked: the time was over."""
    if not tools.writing or tools.writing.fallback or state.draft.written_by or supported:
        return None
    return tools.out_of_time if state.hits and tools.time_is_up else None


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
    told = [_explain_unsupported(tools, state, supported), _explain_left_out(state.draft)]
    return " ".join(filter(None, told)) or None


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
        none_left = "no sentence of the language model rests on a passage"
        return none_left if state.draft.left_out else "no sentence found answers it"
    best = max(sentence.support for sentence in state.sentences)
    threshold = tools.threshold_for(state.draft)
    digits = 2 if round(best, 2) < round(threshold, 2) else 4
    return (
        f"the best sentence found has a support of {best:.{digits}f}, under the threshold of "
        f"{threshold:.{digits}f}"
    )


def _explain_unsupported(tools: Tools, state: State, supported: list[Sentence]) -> str | None:
    """What became of the sentences that are not supported; None if there are none."""
    total, wrong = len(state.sentences), len(state.sentences) - len(supported)
    if not wrong:
        return None
    fate = "and are marked so" if _marks(tools, state.draft) else "and left out"
    return f"{wrong} of {total} sentences found were not supported enough {fate}."


def _explain_left_out(draft: Draft) -> str | None:
    """How many sentences a language model wrote that rest on no passage; None if there are none."""
    if not draft.left_out:
        return None
    left = "1 sentence" if draft.left_out == 1 else f"{draft.left_out} sentences"
    return f"The language model named no passage for {left}, left out."
