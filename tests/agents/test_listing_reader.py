"""Lists and counts: passages and rows are read alone, and what holds is put together."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.agents import ask, local_tools
from groundwire.agents.answer_verifier import AnswerVerifier
from groundwire.agents.calibration import Calibration
from groundwire.agents.fused_order import FusedOrder
from groundwire.agents.hop_searcher import OneHopSearcher
from groundwire.agents.likeness import Likeness
from groundwire.agents.listing_reader import ListingReader
from groundwire.agents.span_reader import SpanReader
from groundwire.core.findings import AnswerSpan, Reading
from groundwire.core.schema import Answer, Status
from groundwire.core.settings import AnswerSettings, EncoderSettings, Settings
from groundwire.models import HashEncoder, ScriptedEntailment, ScriptedPassageReader
from groundwire.retrievers import Library, TermWeights, add_paths, open_library

FILES = {
    "moonstone.md": "# Moonstone\n\nMoonstone is a film directed by Ann Bell in 1951.",
    "dock.md": "# The Dock\n\nIts director was Ann Bell, and it was shown in Tarn.",
    "otter.md": "# Otter\n\nOtter is a film directed by Tom Day.",
    "bell.md": "# Ann Bell\n\nAnn Bell directed films in Tarn, Moonstone among them.",
    "suppliers.csv": (
        "Supplier,Town,Delivers\nOak,Tarn,Boards\nBirch,Ostel,Ropes\nElm,Tarn,Ropes\nElm,Tarn,Bolts\n"
    ),
    "schools.csv": "School,District,Pupils\nHill School,Velm,412\nQuay School,Velm,300\n"
    "Total,Velm,712\n",
    "staff.csv": "Name,Role,Town\nIda Moor,Skipper,Tarn\nLeo Fenn,Senior skipper,Ostel\n"
    "Una Hart,Deckhand,Tarn\n",
}
FILMS, HOW_MANY = "Which films did Ann Bell direct?", "How many films did Ann Bell direct?"
ONE = "Which film was directed by Ann Bell?"
# What the scripted model finds, by question and a part of the text that it reads.
FINDS = {
    (ONE, "Moonstone is a film"): "Moonstone",
    (ONE, "# The Dock"): "The Dock",
    (ONE, "# Ann Bell"): "Moonstone",
    (FILMS, "Moonstone is a film"): "Moonstone",
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


def answered(
    library: Library,
    question: str,
    *,
    finds: Mapping[tuple[str, str], str] = FINDS,
    unsure: Mapping[str, float] | None = None,
    weigh: str = "entailed",
) -> Answer:
    """By a verifier that finds each answer 0.9 probable, or as probable as ``unsure`` says.

    It weighs that, or what else ``weigh`` names.
    """

    def script(asked: str, text: str) -> Reading:
        for (wanted, part), found in finds.items():
            if wanted == asked and part in text:
                start = text.rindex(found)
                span = AnswerSpan(start=start, end=start + len(found), score=5.0)
                return Reading(relevance=0.9, answers=0.9, spans=(span,))
        return Reading(relevance=0.1, answers=0.1)

    def support(_passage: str, said: str) -> float:
        return (unsure or {}).get(said.rpartition(" A: ")[2], 0.9)

    passages = ScriptedPassageReader(script)
    reader = SpanReader(passages, sentences=1)
    likeness = Likeness(
        library.encoder, lambda _: TermWeights(analyser="en", weights={"film": 1.0}, most=1.0)
    )
    verifier = AnswerVerifier(
        passages,
        ScriptedEntailment(support),
        likeness,
        calibration=Calibration(bias=0, weights={weigh: 1}, threshold=0.5, task="t", questions=1),
        threshold=0.5,
    )
    tools = replace(
        local_tools(library),
        searcher=OneHopSearcher(library),
        reranker=FusedOrder(),
        reader=reader,
        verifier=verifier,
        step_reader=None,
        listing_reader=ListingReader(passages, reader, verifier, read=8),
    )
    return asyncio.run(ask(question, tools=tools))


def test_what_each_passage_is_about_is_listed_with_the_sentence_that_says_so(
    library: Library,
) -> None:
    given = answered(library, FILMS)
    assert given.status is Status.ANSWERED
    assert {step.answer: step.citation.quote for step in given.steps} == {
        "Moonstone": "Moonstone is a film directed by Ann Bell in 1951.",
        "The Dock": "Its director was Ann Bell, and it was shown in Tarn.",
    }
    assert given.short_answer in {"Moonstone and The Dock", "The Dock and Moonstone"}
    assert {one.text for one in given.sentences} == {one.citation.quote for one in given.steps}
    for step in given.steps:
        text = FILES[Path(step.citation.source).name]
        assert text[step.citation.start : step.citation.end] == step.citation.quote


def test_a_list_and_a_count_claim_no_more_than_the_passages_found(library: Library) -> None:
    assert answered(library, FILMS).reason == "Listed over the passages found: there may be more."
    counted = answered(library, HOW_MANY)
    assert counted.short_answer == "2"
    assert counted.reason == "Counted over the passages found: there may be more."


def test_a_record_that_is_not_supported_is_left_out_and_that_is_said(library: Library) -> None:
    finds = FINDS | {(ONE, "# Otter"): "Otter"}
    for question, short in ((FILMS, None), (HOW_MANY, "2")):
        given = answered(library, question, finds=finds, unsure={"Otter": 0.2})
        assert given.status is Status.PARTIAL
        assert {step.answer for step in given.steps} == {"Moonstone", "The Dock"}
        assert "Otter" not in (given.short_answer or "")
        assert short is None or given.short_answer == short
        assert "1 of 3 sentences found were not supported enough" in (given.reason or "")
        assert "there may be more" in (given.reason or "")


def test_each_record_is_as_sure_as_it_is_alone(library: Library) -> None:
    given = answered(library, FILMS, unsure={"The Dock": 0.6})
    found = {one.citations[0].title: one.support for one in given.sentences}
    assert found == {"Moonstone": 0.9, "The Dock": 0.6}


@pytest.mark.parametrize("left", [0, 1])
def test_where_fewer_than_two_hold_the_question_is_read_as_a_whole(
    library: Library, left: int
) -> None:
    finds = dict(list(FINDS.items())[:left]) | {(FILMS, "Moonstone is a film"): "Moonstone"}
    given = answered(library, FILMS, finds=finds)
    assert (given.status, given.short_answer) == (Status.ANSWERED, "Moonstone")
    assert (given.steps, given.reason) == ((), None)
    unsure = answered(library, FILMS, unsure={"The Dock": 0.2})
    assert (unsure.short_answer, unsure.steps) == ("Moonstone", ())
    assert "there may be more" not in (unsure.reason or "")


@pytest.mark.parametrize(("probable", "short"), [(0.6, "1951"), (0.4, "2")])
def test_a_number_that_a_supported_sentence_tells_is_not_counted(
    library: Library, probable: float, short: str
) -> None:
    finds = FINDS | {(HOW_MANY, "1951"): "1951"}
    given = answered(library, HOW_MANY, finds=finds, unsure={"1951": probable})
    assert given.short_answer == short


def test_several_things_that_one_sentence_tells_are_not_listed(library: Library) -> None:
    finds = FINDS | {(FILMS, "# Ann Bell"): "Tarn, Moonstone"}
    finds = {key: value for key, value in finds.items() if key != (FILMS, "Moonstone is a film")}
    assert answered(library, FILMS, finds=finds).steps == ()


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Which suppliers are in Tarn?", {"Oak", "Elm"}),
        ("Which suppliers deliver ropes?", {"Birch", "Elm"}),
        ("List the suppliers.", {"Oak", "Birch", "Elm"}),
        ("Which schools are in the district Velm?", {"Hill School", "Quay School"}),
        ("Who are the skippers?", {"Ida Moor", "Leo Fenn"}),
        ("List the people whose town is Tarn.", {"Ida Moor", "Una Hart"}),
    ],
)
def test_rows_that_say_all_of_the_question_are_listed_once_each(
    library: Library, question: str, items: set[str]
) -> None:
    given = answered(library, question, finds={})
    assert given.status is Status.ANSWERED
    assert {step.answer for step in given.steps} == items
    assert given.short_answer is not None
    assert all(item in given.short_answer for item in items)
    for step in given.steps:
        assert f": {step.answer};" in step.citation.quote


def test_rows_are_counted(library: Library) -> None:
    given = answered(library, "How many of the suppliers are in Tarn?", finds={})
    assert given.short_answer == "2"
    assert given.text.count("Town: Tarn") == 2


@pytest.mark.parametrize(
    "question",
    [
        "Which suppliers are near Tarn?",
        "Which suppliers are in Caldmoor?",
        "Which suppliers are in Tarn and Ostel?",
        "Which timber suppliers are in Tarn?",
        "Which boats are in Tarn?",
        "How many pupils are in the district Velm?",
        "Who are the treasurers?",
        "List the people whose role is Tarn.",
    ],
)
def test_rows_that_leave_a_word_of_the_question_open_answer_nothing(
    library: Library, question: str
) -> None:
    given = answered(library, question, finds={})
    assert (given.status, given.steps) == (Status.ABSTAINED, ())


def test_a_row_is_verified_without_those_around_it(library: Library) -> None:
    # Beside other rows this model points at another one, and alone at what each row names.
    one = "Which supplier is in Tarn?"
    finds = {(one, "Supplier: Birch"): "Birch", (one, "Oak;"): "Oak", (one, "Elm;"): "Elm"}
    given = answered(library, "Which suppliers are in Tarn?", finds=finds, weigh="span")
    assert {step.answer for step in given.steps} == {"Oak", "Elm"}


def test_without_trained_models_nothing_is_listed(library: Library) -> None:
    plain = AnswerSettings(reader="sentences")
    library.settings = library.settings.model_copy(update={"answer": plain})
    assert local_tools(library).listing_reader is None


def test_when_time_is_up_nothing_more_is_read(library: Library) -> None:
    passages = ScriptedPassageReader(lambda _question, _text: Reading(relevance=0.9, answers=0.9))
    tools = local_tools(library)
    reader = ListingReader(passages, tools.reader, tools.verifier, read=8)
    assert reader.read(FILMS, [], goes_on=lambda: False) is None
    assert passages.asked == []
