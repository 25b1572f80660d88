"""Search in hops: one hop stays one hop, and what a name leads to comes with its chain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from groundwire.agents.hop_searcher import CHAIN, HopSearcher
from groundwire.agents.model_order import ModelOrder
from groundwire.agents.passage_view import probability
from groundwire.core.findings import Reading
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.models import HashEncoder, ScriptedChainScorer, ScriptedPassageReader
from groundwire.retrievers import (
    FEATURES,
    Library,
    Scope,
    add_paths,
    open_library,
    search,
    weigh_terms,
)

MINUTES = "In March the board asked Tobiah Wrenfold to lead the dry-dock project."
PERSON = "# Tobiah Wrenfold\n\nHe trained in Caldmoor, and joined in 2011."
ASKED = "Whom did the board ask in March?"
ANYWHERE = Scope()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "minutes.md").write_text(MINUTES, encoding="utf-8")
    (folder / "person.md").write_text(PERSON, encoding="utf-8")
    for number in range(50):
        text = f"Letter number {number} came in March."
        (folder / f"other{number}.md").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened


def searcher(library: Library, bias: float = -9.0, **weights: float) -> HopSearcher:
    return HopSearcher(library, ScriptedChainScorer(FEATURES, weights, bias=bias))


def test_what_a_name_leads_to_is_found_with_the_chain_that_led_there(library: Library) -> None:
    hits = searcher(library, bias=-3, linked=9).search(ASKED, k=5, scope=ANYWHERE)
    found = hits[0]
    assert found.passage.text == PERSON
    (link,) = found.chain
    assert link.via == "Tobiah Wrenfold"
    assert MINUTES[link.start : link.end] == link.via
    minutes = next(hit for hit in search(library, ASKED, k=60) if hit.passage.text == MINUTES)
    assert link.document_id == minutes.passage.document_id
    assert found.score == pytest.approx(0.9975, abs=1e-3)
    assert found.scores[CHAIN] == pytest.approx(6)


def test_unless_something_is_likely_to_be_needed_one_hop_is_enough(library: Library) -> None:
    for weight in (0.0, 6.0):  # the second is a probability of 0.05
        hits = searcher(library, linked=weight).search(ASKED, k=7, scope=ANYWHERE)
        assert hits == search(library, ASKED, k=7)


def test_as_many_are_found_as_are_wanted(library: Library) -> None:
    assert len(searcher(library).search(ASKED, k=45, scope=ANYWHERE)) == 45
    assert len(searcher(library, linked=20).search(ASKED, k=45, scope=ANYWHERE)) >= 40


def test_the_order_joins_what_is_needed_with_what_the_reader_finds_relevant(
    library: Library,
) -> None:
    hits = searcher(library, bias=-3, linked=9).search(ASKED, k=5, scope=ANYWHERE)

    def read(_: str, text: str) -> Reading:
        return Reading(relevance=0.999 if "number" in text else 0.001, answers=0.5)

    ordered = ModelOrder(ScriptedPassageReader(read)).rerank(ASKED, hits)
    assert {one.passage.text for one in ordered} == {hit.passage.text for hit in hits}
    assert ordered[0].passage.text == PERSON  # by far the most needed stays in front
    assert ordered[0].chain == hits[0].chain


def test_where_the_reader_finds_nothing_relevant_what_one_hop_finds_stays_in_front(
    library: Library,
) -> None:
    hits = searcher(library, bias=-3, linked=9).search(ASKED, k=5, scope=ANYWHERE)
    assert hits[0].passage.text == PERSON
    reader = ScriptedPassageReader(lambda *_: Reading(relevance=0.01, answers=0.5))
    ordered = ModelOrder(reader).rerank(ASKED, hits)
    assert ordered[0].passage.text == MINUTES
    assert ordered[-1].passage.text == PERSON


def test_documents_replaced_over_and_over_are_found_as_before(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "files" / "minutes.md"
    for edition in range(40):  # the index of words counts every one of them for a while
        path.write_text(f"{MINUTES} Edition {edition}.", encoding="utf-8")
        list(add_paths(library, [str(path)]))
    hits = searcher(library, bias=-3, linked=9, cover=1).search(
        "board asked March", k=5, scope=ANYWHERE
    )
    assert all(abs(hit.scores[CHAIN]) < 20 for hit in hits)
    assert weigh_terms(library, "board edition").coverage("The board, edition 39.") == 1.0


@pytest.mark.parametrize("odds", [-1e10, -800.0, 0.0, 800.0, 1e10])
def test_any_log_odds_have_a_probability(odds: float) -> None:
    assert 0.0 <= probability(odds) <= 1.0
    assert probability(-odds) == pytest.approx(1 - probability(odds))
