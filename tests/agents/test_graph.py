"""The six steps: their order, what each one shows, and how a run ends."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest
from langgraph.runtime import Runtime

from groundwire.agents import Tools, ask, stream
from groundwire.agents.answer import answer
from groundwire.agents.read import read
from groundwire.agents.rerank import rerank
from groundwire.agents.rewrite import rewrite
from groundwire.agents.search import search
from groundwire.agents.state import State
from groundwire.agents.verify import verify
from groundwire.core.schema import (
    Answer,
    Draft,
    Event,
    Evidence,
    Hit,
    Query,
    Sentence,
    Status,
    Verdict,
)
from groundwire.models import quote_part

STEPS = ["rewrite", "search", "rerank", "read", "verify", "answer"]
QUESTION = "When did the harbour of Tarnholm open?"
Build = Callable[..., Tools]


async def watch(tools: Tools, question: str = QUESTION) -> list[Event]:
    return [event async for event in stream(question, tools=tools)]


async def test_every_step_runs_once_in_order_and_shows_what_it_found(tools: Tools) -> None:
    events = await watch(tools)
    assert [event.step for event in events] == STEPS
    kinds = {"queries": Query, "hits": Hit, "evidence": Evidence, "sentences": Sentence}
    for event, name in zip(events, [*kinds, "sentences"], strict=False):
        found = event.data[name]
        assert isinstance(found, list)
        assert found
        assert all(type(one) is kinds[name] for one in found)
    assert isinstance(events[-1].data["answer"], Answer)
    assert events[1].data["notice"] is None


async def test_time_goes_forward_and_the_answer_says_how_long_it_took(tools: Tools) -> None:
    seconds = [event.seconds for event in await watch(replace(tools, clock=ticking()))]
    assert seconds == sorted(seconds)
    found = await ask(QUESTION, tools=replace(tools, clock=ticking()))
    assert 0 < found.usage.seconds <= seconds[-1]


async def test_the_read_sentences_are_unchecked_and_the_verified_ones_are_not(tools: Tools) -> None:
    events = {event.step: event for event in await watch(tools)}
    drafted, verified = events["read"].data["sentences"], events["verify"].data["sentences"]
    assert isinstance(drafted, list)
    assert isinstance(verified, list)
    assert {sentence.verdict for sentence in drafted} == {Verdict.UNCHECKED}
    assert {sentence.verdict for sentence in verified} == {Verdict.SUPPORTED}


async def test_steps_can_be_called_alone(tools: Tools) -> None:
    shown: list[Event] = []
    runtime = Runtime(context=tools.begin(), stream_writer=shown.append)
    state = State(question=QUESTION, run_id="alone")
    for step in (rewrite, search, rerank, read, verify, answer):
        state = replace(state, **await step(state, runtime))
    assert state.answer is not None
    assert state.answer.status is Status.ANSWERED
    assert "opened in 1921" in state.answer.text
    assert [event.step for event in shown] == STEPS


async def test_a_supported_sentence_is_an_answer(tools: Tools) -> None:
    found = await ask(QUESTION, tools=tools)
    assert found.status is Status.ANSWERED
    assert found.reason is None
    assert found.text == " ".join(sentence.text for sentence in found.sentences)
    assert found.short_answer is None or found.short_answer in found.text
    assert found.queries == (Query(text=QUESTION),)
    assert found.evidence[0].passage.title == "The harbour of Tarnholm"
    scores = [item.score for item in found.evidence]
    assert scores == sorted(scores, reverse=True)
    assert (found.usage.llm_calls, found.usage.cost_usd) == (0, 0.0)
    assert found.run_id


async def test_nothing_supported_is_an_abstention_with_evidence(scripted: Build) -> None:
    found = await ask(QUESTION, tools=scripted(Verdict.UNSUPPORTED))
    assert found.status is Status.ABSTAINED
    assert (found.sentences, found.short_answer, found.text) == ((), None, "")
    assert found.evidence
    assert "do not seem to hold the answer" in (found.reason or "")


async def test_a_contradicted_sentence_is_not_shown_either(scripted: Build) -> None:
    found = await ask(QUESTION, tools=scripted(Verdict.CONTRADICTED))
    assert (found.status, found.sentences) == (Status.ABSTAINED, ())


async def test_an_answer_of_which_a_sentence_was_dropped_is_partial(scripted: Build) -> None:
    found = await ask(QUESTION, tools=scripted(Verdict.UNSUPPORTED, Verdict.SUPPORTED))
    assert found.status is Status.PARTIAL
    assert found.sentences
    assert all(sentence.verdict is Verdict.SUPPORTED for sentence in found.sentences)
    assert "were not supported enough" in (found.reason or "")


async def test_a_short_answer_goes_with_the_sentence_it_was_taken_from(scripted: Build) -> None:
    def read_two(_question: str, evidence: list[Evidence]) -> Draft:
        drafted = quote_part(evidence[0], 0, 10), quote_part(evidence[1], 0, 10)
        return Draft(sentences=drafted, short_answer=drafted[0].text[2:8])

    kept = await ask(QUESTION, tools=scripted(Verdict.SUPPORTED, script=read_two))
    assert kept.short_answer == kept.sentences[0].text[2:8]
    verdicts = Verdict.UNSUPPORTED, Verdict.SUPPORTED
    assert (await ask(QUESTION, tools=scripted(*verdicts, script=read_two))).short_answer is None


@pytest.mark.parametrize("rounds", [1, 3])
async def test_the_loop_ends_after_the_rounds_it_may_take(scripted: Build, rounds: int) -> None:
    events = await watch(scripted(Verdict.UNSUPPORTED, limits__rounds=rounds))
    assert [event.step for event in events] == STEPS[:-1] * rounds + ["answer"]


async def test_a_further_round_searches_with_the_best_passage_in_view(scripted: Build) -> None:
    events = await watch(scripted(Verdict.UNSUPPORTED, limits__rounds=2))
    first, second = [event.data["queries"] for event in events if event.step == "rewrite"]
    best = next(event for event in events if event.step == "rerank").data["evidence"][0]
    assert [query.kind for query in second] == [*(query.kind for query in first), "feedback"]
    assert best.passage.text[:100] in second[-1].text


async def test_the_loop_ends_as_soon_as_something_is_supported(scripted: Build) -> None:
    events = await watch(scripted(limits__rounds=5))
    assert [event.step for event in events] == STEPS


async def test_a_run_whose_time_is_up_abstains_with_what_it_has(scripted: Build) -> None:
    tools = replace(scripted(limits__seconds=2), clock=ticking())
    events = await watch(tools)
    assert [event.step for event in events] == ["rewrite", "search", "answer"]
    found = events[-1].data["answer"]
    assert isinstance(found, Answer)
    assert found.status is Status.ABSTAINED
    assert found.reason == "The time limit of 2 s (limits.seconds) ended the run."
    assert found.evidence


async def test_time_ends_the_loop_too(scripted: Build) -> None:
    tools = scripted(Verdict.UNSUPPORTED, limits__seconds=8, limits__rounds=10)
    events = await watch(replace(tools, clock=ticking()))
    assert events[-1].step == "answer"
    assert len(events) < 5 * 10
    found = events[-1].data["answer"]
    assert isinstance(found, Answer)
    assert "time limit of 8 s" in (found.reason or "")
    assert found.evidence


async def test_time_that_passed_without_cutting_anything_is_no_reason(scripted: Build) -> None:
    late = replace(scripted(Verdict.UNSUPPORTED, limits__seconds=5), clock=ticking())
    found = await ask(QUESTION, tools=late)
    assert found.usage.seconds >= 5
    assert "do not seem to hold the answer" in (found.reason or "")
    in_time = replace(scripted(limits__seconds=5), clock=ticking())
    found = await ask(QUESTION, tools=in_time)
    assert (found.status, found.reason) == (Status.ANSWERED, None)


async def test_no_limit_is_no_limit(scripted: Build) -> None:
    tools = replace(scripted(limits__seconds=0), clock=ticking())
    assert (await ask(QUESTION, tools=tools)).status is Status.ANSWERED


def ticking() -> Callable[[], float]:
    """A clock that is a second later each time somebody looks."""
    ticks: Iterator[int] = count()
    return lambda: float(next(ticks))
