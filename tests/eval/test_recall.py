"""Judged collections are read as they are, and every way to search them is measured."""

import logging
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.core.settings import load_settings
from groundwire.eval.corpus import add_corpus, iterate_corpus, read_questions
from groundwire.eval.recall import main, measure_recall, recall_at
from groundwire.models import HashEncoder
from groundwire.retrievers import list_documents, open_library


def test_questions_carry_their_answers_and_relevant_passages(judged: Path) -> None:
    first, *_, last = read_questions(judged)
    assert (first.answers, first.answerable, first.relevant) == (("1903",), True, {"harbour-0"})
    assert (last.answers, last.answerable, last.relevant) == ((), False, frozenset())


def test_each_line_of_a_corpus_is_a_passage_of_its_own(judged: Path, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", environ={}, folder=tmp_path)
    with open_library(settings, encoder=HashEncoder()) as library:
        assert add_corpus(library, judged) == 4
        sources = [one.source for one in list_documents(library)]
    assert sources == ["harbour-0", "harbour-1", "mill-0", "mill-1"]
    assert all(piece.context == document.title for document, (piece,) in iterate_corpus(judged))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"qrels\.tsv is missing"):
        read_questions(tmp_path)


def test_recall_is_a_share_of_what_is_relevant() -> None:
    assert recall_at(["a", "b", "c"], frozenset({"b", "x"}), 2) == 0.5
    assert recall_at(["a", "b", "c"], frozenset({"b"}), 1) == 0


def test_every_way_to_search_finds_what_is_plainly_there(judged: Path, tmp_path: Path) -> None:
    scores = measure_recall(judged, tmp_path / "home")
    assert list(scores) == ["bm25", "dense", "dense, exact", "hybrid"]
    assert all(score == 1.0 for of_system in scores.values() for score in of_system.values())


def test_the_command_tells_a_row_a_system(judged: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "groundwire.eval.recall"):
        main([str(judged)])
    assert caplog.records[0].getMessage().split()[1] == "bm25"
    assert "R@5 100.0%" in caplog.records[-1].getMessage()
