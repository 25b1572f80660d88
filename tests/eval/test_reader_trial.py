"""Two readers on the same questions: the answer is to be found among passages that look like it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundwire.core.findings import AnswerSpan, Reading
from groundwire.core.settings import load_settings
from groundwire.eval import CorpusLine, corpus_of, open_corpus, try_readers
from groundwire.models import ScriptedPassageReader
from groundwire.retrievers import Library
from groundwire.training import SquadQuestion

MILLS = [f"Mill {number}" for number in range(12)]
FLAGS = {"encoder.model": "hash", "answer.evidence": 4}


def built(mill: str) -> str:
    return str(1800 + int(mill.split()[1]))


def text_of(mill: str) -> str:
    return f"The {mill} stands by the river. It was built in {built(mill)} by Ansel Korn."


QUESTIONS = [
    SquadQuestion(
        title=mill,
        place=f"{mill}#0",
        context=text_of(mill),
        text=f"When was the {mill} built?",
        answers=((built(mill), text_of(mill).index(built(mill))),),
    )
    for mill in MILLS
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The paragraphs of all mills."""
    home = tmp_path_factory.mktemp("trial")
    settings = load_settings(home=home, flags=FLAGS, folder=home, environ={})
    lines = [CorpusLine(id=one.place, title=one.title, text=one.context) for one in QUESTIONS]
    with open_corpus(corpus_of("mills", lines), settings) as opened:
        yield opened


def years(*, ranks: bool = True) -> ScriptedPassageReader:
    """Points at the year in every text; takes all other mills for the one asked unless it ranks."""

    def read(question: str, text: str) -> Reading:
        asked = question.removeprefix("When was the ").removesuffix(" built?")
        fits = f"The {asked} stands" in text
        start = text.index("built in ") + len("built in ")
        span = AnswerSpan(start=start, end=start + 4, score=1.0)
        sure = 0.9 if fits == ranks else 0.1
        return Reading(relevance=sure, answers=sure, spans=(span,))

    return ScriptedPassageReader(read)


def names() -> ScriptedPassageReader:
    """Finds the right passage, and points at the builder in it."""

    def read(question: str, text: str) -> Reading:
        found = years().read(question, [text])[0]
        start = text.index("Ansel Korn")
        span = AnswerSpan(start=start, end=start + len("Ansel Korn"), score=1.0)
        return Reading(relevance=found.relevance, answers=found.answers, spans=(span,))

    return ScriptedPassageReader(read)


def test_the_reader_that_finds_the_answers_wins(library: Library) -> None:
    found = try_readers(QUESTIONS, {"old": names(), "new": years()}, library)
    assert (found.first_mean, found.second_mean, found.n) == (0.0, 1.0, len(MILLS))
    assert (found.difference, found.low, found.high) == (1.0, 1.0, 1.0)
    assert found.winner == "new"
    assert found.p < 0.05


def test_a_reader_that_is_worse_does_not_win(library: Library) -> None:
    found = try_readers(QUESTIONS, {"old": years(), "new": names()}, library)
    assert found.difference == -1.0
    assert found.winner == "old"


def test_ranking_counts_as_well_as_reading(library: Library) -> None:
    found = try_readers(QUESTIONS, {"old": years(ranks=False), "new": years()}, library)
    assert (found.first_mean, found.second_mean) == (0.0, 1.0)


def test_the_same_reader_twice_does_not_differ(library: Library) -> None:
    found = try_readers(QUESTIONS, {"old": years(), "new": years()}, library)
    assert (found.low, found.difference, found.high) == (0.0, 0.0, 0.0)
    assert found.winner is None


def test_a_difference_on_two_questions_is_no_proof(library: Library) -> None:
    found = try_readers(QUESTIONS[:2], {"old": names(), "new": years()}, library)
    assert found.difference == 1.0
    assert found.winner is None


def test_both_are_given_the_same_passages_and_always_the_one_that_answers(
    library: Library,
) -> None:
    old, new = years(), years()
    # Of another paragraph than any search would find for it.
    far = [
        SquadQuestion(
            title=one.title,
            place=f"elsewhere#{number}",
            context=one.context,
            text="Which opera did the miller write?",
            answers=one.answers,
        )
        for number, one in enumerate(QUESTIONS[:2])
    ]
    told: list[tuple[int, int]] = []
    try_readers(
        far,
        {"old": old, "new": new},
        library,
        on_asked=lambda done, total: told.append((done, total)),
    )
    assert old.asked == new.asked
    for one in far:
        assert (one.text, f"{one.title}\n{one.context}") in old.asked
    assert told == [(1, 2), (2, 2)]


def test_the_library_is_the_cache_and_the_settings_are_those_given(
    library: Library,
) -> None:
    assert library.settings.answer.evidence == 4
    assert library.folder != library.settings.home
    assert library.folder.is_relative_to(library.settings.home)
