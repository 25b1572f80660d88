"""The variants of search in hops: each lacks its part, and that part alone."""

from collections.abc import Callable

import pytest

from groundwire.agents import Tools, local_tools
from groundwire.agents.hop_searcher import HopSearcher, OneHopSearcher
from groundwire.agents.model_order import ModelOrder
from groundwire.agents.models_in_force import chain_scorer
from groundwire.core.findings import Reading
from groundwire.core.protocols import FloatArray
from groundwire.eval.hop_variants import (
    REACHED,
    VARIANTS,
    VariantSearcher,
    unscored,
)
from groundwire.models import ScriptedPassageReader
from groundwire.retrievers import Hop, Library, Scope, hop, measure_candidates, search

ASKED = "Whom did the board ask in March?"
PERSON = "He trained in Caldmoor"
ANYWHERE = Scope()


@pytest.fixture
def tools(hop_library: Library) -> Tools:
    return local_tools(hop_library)


@pytest.fixture
def refitted(tools: Tools) -> Callable[[str], Tools]:
    """The tools of the variant of that name."""

    def refit(name: str) -> Tools:
        (system,) = [one for one in VARIANTS if one.name == name]
        assert system.refit
        return system.refit(tools)

    return refit


def by_chain_score(library: Library, found: Hop) -> FloatArray:
    return chain_scorer().score(measure_candidates(library, found))


def test_with_nothing_removed_it_finds_what_the_engine_finds(hop_library: Library) -> None:
    whole = HopSearcher(hop_library, chain_scorer()).search(ASKED, k=9, scope=ANYWHERE)
    same = VariantSearcher(library=hop_library, judge=by_chain_score)
    assert same.search(ASKED, k=9, scope=ANYWHERE) == whole


def test_without_links_it_searches_once(
    hop_library: Library, tools: Tools, refitted: Callable[[str], Tools]
) -> None:
    without = refitted("without-links")
    hits = without.searcher.search(ASKED, k=60, scope=ANYWHERE)
    assert hits == search(hop_library, ASKED, k=60)
    assert without.step_reader is tools.step_reader


def test_without_the_score_the_ranker_alone_orders_what_was_found_and_reached(
    hop_library: Library, refitted: Callable[[str], Tools]
) -> None:
    hits = refitted("without-chain-score").searcher.search(ASKED, k=20, scope=ANYWHERE)
    assert len(hits) == 20
    assert sum(bool(hit.chain) for hit in hits) == REACHED
    assert [hit.passage for hit in hits if not hit.chain] == [
        hit.passage for hit in search(hop_library, ASKED, k=20 - REACHED)
    ]
    liked = hits[11].passage.text
    reader = ScriptedPassageReader(
        lambda _, text: Reading(relevance=0.9 if liked in text else 0.5, answers=0.5)
    )
    assert ModelOrder(reader).rerank(ASKED, hits)[0].passage.text == liked


def test_where_little_is_found_nothing_stands_in_for_it(hop_library: Library) -> None:
    found = hop(hop_library, ASKED)
    assert len(unscored(hop_library, found, k=500)) == len(found.candidates)


def test_page_rank_finds_the_second_passage(refitted: Callable[[str], Tools]) -> None:
    hits = refitted("page-rank").searcher.search(ASKED, k=5, scope=ANYWHERE)
    assert any(PERSON in hit.passage.text and hit.chain for hit in hits)


def test_without_sub_questions_everything_else_stays(
    tools: Tools, refitted: Callable[[str], Tools]
) -> None:
    assert tools.step_reader is not None
    without = refitted("without-sub-questions")
    assert without.step_reader is None
    assert without.searcher is tools.searcher


def test_one_hop_searches_once(hop_library: Library) -> None:
    (system,) = [one for one in VARIANTS if one.name == "one-hop"]
    hop_library.settings = system.settings(hop_library.settings)
    tools = local_tools(hop_library)
    assert isinstance(tools.searcher, OneHopSearcher)
    assert tools.step_reader is None
