"""Reading in steps: sub-questions are read alone, cited, and what they find is joined."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.agents import ask, local_tools
from groundwire.agents.answer_verifier import AnswerVerifier
from groundwire.agents.calibration import Calibration
from groundwire.agents.claim_verifier import ClaimVerifier
from groundwire.agents.likeness import Likeness
from groundwire.agents.model_reader import ModelReader
from groundwire.agents.span_reader import SpanReader
from groundwire.agents.state import Writing
from groundwire.agents.step_reader import MOST_STEPS, Stepped, StepReader
from groundwire.core.findings import AnswerSpan, Reading
from groundwire.core.schema import Answer, Evidence, Hit, Link, Status
from groundwire.core.settings import EncoderSettings, LimitSettings, Settings
from groundwire.models import (
    HashEncoder,
    ScriptedEntailment,
    ScriptedLanguageModel,
    ScriptedPassageReader,
)
from groundwire.retrievers import Library, Scope, TermWeights, add_paths, open_library, search

FILES = {
    "dock.md": "# Dry Dock\n\nThe board asked Tobiah Wrenfold to lead it.",
    "person.md": "# Tobiah Wrenfold\n\nHe trained in Caldmoor, and was born on 3 May 1961.",
    "other.md": "# Ann Bell\n\nShe trained in Tarnholm, and was born in 1958.",
}
ASKED = "Where was the leader of the Dry Dock trained?"
YOUNGER = "Who is younger, Tobiah Wrenfold or Ann Bell?"
# What the scripted model finds, by a word of the question and the title that it reads under.
FINDS = {
    ("leader", "Dry Dock"): "Tobiah Wrenfold",
    ("trained", "Tobiah Wrenfold"): "Caldmoor",
    ("trained", "Ann Bell"): "Tarnholm",
    ("born", "Tobiah Wrenfold"): "3 May 1961",
    ("born", "Ann Bell"): "1958",
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened


def finding(finds: Mapping[tuple[str, str], str], *, score: float = 5.0) -> ScriptedPassageReader:
    def script(question: str, text: str) -> Reading:
        for (word, title), found in finds.items():
            if word in question and f"# {title}\n" in text and found in text:
                start = text.rindex(found)
                span = AnswerSpan(start=start, end=start + len(found), score=score)
                return Reading(relevance=0.9, answers=0.9, spans=(span,))
        return Reading(relevance=0.1, answers=0.1)

    return ScriptedPassageReader(script)


def found_by(library: Library, *, led_on: bool = True) -> list[Evidence]:
    hits = search(library, "Dry Dock", k=2)
    link = Link(document_id=hits[0].passage.document_id, start=0, end=3, via="a name")
    chain = (link,) if led_on else ()
    return [
        Evidence(passage=hits[0].passage, score=0.9),
        Evidence(passage=hits[1].passage, score=0.5, chain=chain),
    ]


def read(
    library: Library,
    question: str,
    *,
    finds: Mapping[tuple[str, str], str] = FINDS,
    evidence: list[Evidence] | None = None,
    scope: Scope | None = None,
) -> Stepped | None:
    evidence = found_by(library) if evidence is None else evidence
    reader = StepReader(library, finding(finds))
    return reader.read(question, evidence, scope=scope or Scope())


def test_what_a_question_describes_is_found_first_and_then_asked_about(library: Library) -> None:
    found = read(library, ASKED)
    assert found is not None
    assert found.answer == "Caldmoor"
    assert [(step.question, step.answer) for step in found.steps] == [
        ("Who is the leader of the Dry Dock?", "Tobiah Wrenfold"),
        ("Where was Tobiah Wrenfold trained?", "Caldmoor"),
    ]
    for step in found.steps:
        assert step.answer in step.citation.quote
        text = FILES[Path(step.citation.source).name]
        assert text[step.citation.start : step.citation.end] == step.citation.quote
    assert {item.passage.title for item in found.evidence} == {"Dry Dock", "Tobiah Wrenfold"}


def test_a_passage_that_a_step_reached_says_from_where(library: Library) -> None:
    led = Link(document_id="d", start=0, end=1, via="x")
    found = read(library, ASKED, evidence=[replace(found_by(library)[0], chain=(led,))])
    assert found is not None
    (link,) = found.evidence[1].chain
    said = found.steps[0].citation
    assert (link.document_id, link.start, link.end) == (said.document_id, said.start, said.end)
    assert link.via == "Tobiah Wrenfold"


def test_what_two_things_are_asked_decides_between_them(library: Library) -> None:
    found = read(library, YOUNGER, evidence=found_by(library, led_on=False))
    assert found is not None
    assert found.answer == "Tobiah Wrenfold"
    assert [step.answer for step in found.steps] == ["3 May 1961", "1958"]
    older = read(library, YOUNGER.replace("younger", "older"))
    assert older is not None
    assert older.answer == "Ann Bell"


@pytest.mark.parametrize(
    "finds",
    [
        {key: value for key, value in FINDS.items() if key[0] != "leader"},
        {key: value for key, value in FINDS.items() if key[0] != "trained"},
        {},
    ],
)
def test_steps_that_lead_to_nothing_leave_the_question_whole(
    library: Library, finds: dict[tuple[str, str], str]
) -> None:
    assert read(library, ASKED, finds=finds) is None


def test_what_is_not_told_exactly_enough_is_not_compared(library: Library) -> None:
    vague = FINDS | {("born", "Ann Bell"): "Tarnholm"}
    assert read(library, YOUNGER, finds=vague) is None


def test_where_search_did_not_lead_on_descriptions_are_not_resolved(library: Library) -> None:
    assert read(library, ASKED, evidence=found_by(library, led_on=False)) is None
    assert read(library, "Who leads the Dry Dock?") is None


def test_the_whole_question_is_preferred_where_it_finds_much_more(library: Library) -> None:
    def script(question: str, text: str) -> Reading:
        reading = finding(FINDS, score=1.0).read(question, [text])[0]
        if question == ASKED and "Tarnholm" in text:
            start = text.index("Tarnholm")
            span = AnswerSpan(start=start, end=start + 8, score=30.0)
            return Reading(relevance=0.9, answers=0.9, spans=(span,))
        return reading

    reader = StepReader(library, ScriptedPassageReader(script))
    item = next(hit for hit in search(library, "Ann Bell") if hit.passage.title == "Ann Bell")
    sure = Evidence(passage=item.passage, score=0.9, chain=found_by(library)[1].chain)
    assert reader.read(ASKED, [sure], scope=Scope()) is None
    assert read(library, ASKED, evidence=[sure]) is not None


def test_steps_stay_within_the_scope_and_the_time(library: Library) -> None:
    outside = Scope(where=(("title", "Ann Bell"),))
    assert read(library, ASKED, scope=outside, evidence=found_by(library)[1:]) is None
    reader = StepReader(library, finding(FINDS))
    evidence, asked = found_by(library), []

    def goes_on() -> bool:
        asked.append(1)
        return len(asked) < 2

    assert reader.read(ASKED, evidence, scope=Scope(), goes_on=goes_on) is None
    assert len(asked) == 2


@pytest.mark.parametrize(
    "repeated",
    ["the leader of the Dry Dock, and ", "which of A or B, ", "Dry Dock's ", "the a who, ", ", "],
)
@pytest.mark.parametrize("times", [10, 5_000])
def test_a_question_that_goes_on_and_on_takes_few_steps(
    library: Library, repeated: str, times: int
) -> None:
    for opening in ("Where was ", "Are both "):
        found = read(library, f"{opening}{repeated * times}trained?")
        assert found is None or len(found.steps) <= MOST_STEPS


def answered(
    library: Library,
    question: str,
    supports: Mapping[str, float],
    *,
    whole: Mapping[tuple[str, str], str] = FINDS,
    model: ScriptedLanguageModel | None = None,
) -> Answer:
    """By a verifier that finds each answer as probable as ``supports`` says.

    ``whole`` is what is found by those who read the question as it is, or ``model`` what they
    write.
    """
    reader = finding(FINDS)
    judge = ScriptedEntailment(
        lambda _passage, said: next(p for answer, p in supports.items() if said.endswith(answer))
    )
    calibration = Calibration(bias=0, weights={"entailed": 1}, threshold=0.5, task="t", questions=1)
    likeness = Likeness(
        library.encoder, lambda _: TermWeights(analyser="en", weights={"trained": 1.0}, most=1.0)
    )
    tools = replace(
        local_tools(library),
        searcher=Leading(library),
        reranker=Keeping(),
        reader=SpanReader(finding(whole), sentences=1),
        verifier=AnswerVerifier(reader, judge, likeness, calibration=calibration, threshold=0.5),
        step_reader=StepReader(library, reader),
        writing=writing_with(library, model) if model else None,
    )
    return asyncio.run(ask(question, tools=tools))


def writing_with(library: Library, model: ScriptedLanguageModel) -> Writing:
    judge = ScriptedEntailment(lambda evidence, said: float(said in evidence))
    return Writing(reader=ModelReader(model), verifier=ClaimVerifier(library, judge))


class Leading:
    """Finds what search finds, and says that it led on."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def search(self, question: str, *, k: int, scope: Scope) -> list[Hit]:
        """The hits of one search, the last with a chain."""
        *found, last = search(self._library, question, k=k, scope=scope)
        led = Link(document_id=last.passage.document_id, start=0, end=1, via="x")
        return [*found, replace(last, chain=(led,))]


class Keeping:
    """Leaves the order as it is."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:  # noqa: ARG002
        """All of ``hits``."""
        return [Evidence(passage=hit.passage, score=0.5, chain=hit.chain) for hit in hits]


def test_an_answer_in_steps_cites_every_step_and_is_as_sure_as_the_last(library: Library) -> None:
    given = answered(library, ASKED, {"Tobiah Wrenfold": 0.2, "Caldmoor": 0.7})
    assert given.status is Status.ANSWERED
    assert given.short_answer == "Caldmoor"
    assert [one.text for one in given.sentences] == [
        "The board asked Tobiah Wrenfold to lead it.",
        "He trained in Caldmoor, and was born on 3 May 1961.",
    ]
    assert {one.support for one in given.sentences} == {0.7}
    assert given.steps[0].answer == "Tobiah Wrenfold"
    unsure = answered(library, ASKED, {"Tobiah Wrenfold": 0.4, "Caldmoor": 0.4})
    assert unsure.status is Status.ABSTAINED
    assert (unsure.short_answer, unsure.steps) == (None, ())
    refuted = answered(library, ASKED, {"Tobiah Wrenfold": 0.005, "Caldmoor": 0.7})
    assert refuted.steps == ()


def test_where_steps_do_not_hold_the_whole_question_is_read(library: Library) -> None:
    supports = {"Tobiah Wrenfold": 0.9, "Caldmoor": 0.1, "Tarnholm": 0.8}
    given = answered(library, ASKED, supports, whole={("leader", "Ann Bell"): "Tarnholm"})
    assert given.status is Status.ANSWERED
    assert given.short_answer == "Tarnholm"
    assert given.steps == ()


def test_a_language_model_reads_where_steps_do_not_hold(library: Library) -> None:
    model = ScriptedLanguageModel(
        lambda _: '{"sentences": [{"text": "She trained in Tarnholm", "evidence": [1, 2, 3]}]}'
    )
    held = answered(library, ASKED, {"Tobiah Wrenfold": 0.9, "Caldmoor": 0.7}, model=model)
    assert (held.short_answer, held.language_model, model.asked) == ("Caldmoor", None, [])
    assert held.assurance is not None
    given = answered(library, ASKED, {"Tobiah Wrenfold": 0.9, "Caldmoor": 0.1}, model=model)
    assert (given.text, given.language_model) == ("She trained in Tarnholm", "scripted")
    assert (given.steps, given.usage.llm_calls) == ((), 1)


def test_a_step_that_is_all_but_refuted_makes_no_comparison_sure(library: Library) -> None:
    given = answered(library, YOUNGER, {"3 May 1961": 0.005, "1958": 0.9})
    assert given.status is Status.ABSTAINED


@pytest.mark.parametrize(
    "said", ["29 May 1904 \u2013 1 August 1942", "29 May 1904", "1 August 1942"]
)
def test_who_died_first_is_told_by_the_end_of_a_life(library: Library, said: str) -> None:
    lives = {
        "Herbert Rand": "(29 May 1904 \u2013 1 August 1942) was a pilot.",
        "Olga Finch": "(2 June 1910 - 5 March 1935) was a baker.",
    }
    finds = {("die", "Herbert Rand"): said, ("die", "Olga Finch"): "2 June 1910"}
    for name, life in lives.items():
        path = library.folder.parent / "files" / f"{name}.md"
        path.write_text(f"# {name}\n\n{name} {life}", encoding="utf-8")
        list(add_paths(library, [str(path)]))
    found = read(library, "Who died first, Herbert Rand or Olga Finch?", finds=finds)
    assert found is not None
    assert found.answer == "Olga Finch"


def test_of_three_things_none_is_chosen(library: Library) -> None:
    three = "Who is younger, Tobiah Wrenfold, Ann Bell, or Tom Day?"
    assert read(library, three) is None


def test_a_thing_of_another_kind_is_not_compared(library: Library) -> None:
    film = YOUNGER.replace("Ann Bell", "It")
    finds = {("born", "Ann Bell"): "1958"} | FINDS
    assert read(library, film, finds=finds) is None


def test_a_comparison_is_surer_than_its_least_sure_step(library: Library) -> None:
    given = answered(library, YOUNGER, {"3 May 1961": 0.4, "1958": 0.9})
    assert given.short_answer == "Tobiah Wrenfold"
    assert all(one.support > 0.9 for one in given.sentences)


def test_searching_once_takes_no_steps(library: Library) -> None:
    once = library.settings.model_copy(update={"limits": LimitSettings(hops=1)})
    library.settings = once
    assert local_tools(library).step_reader is None
