"""How passages hang together: from which one another was reached, and over what, as a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.app.page_sources import described
from groundwire.app.page_text import Html, element
from groundwire.core.schema import Evidence, Link

# Passages that are looked at, the best ones: a drawing of all would show none.
DRAWN = 10
ELSEWHERE = "a passage that was left out"


def chains_of(evidence: Sequence[Evidence]) -> Html:
    """Each passage that led on beside those it led to; empty where the question found all."""
    groups: dict[str, list[Html]] = {}
    for item in evidence[:DRAWN]:
        if item.chain:
            link = item.chain[-1]
            branch = element(
                "div",
                "gw-branch",
                element("span", "gw-edge", link.via),
                element("span", "gw-node", described(item.passage)),
            )
            groups.setdefault(_origin(link, evidence), []).append(branch)
    rows = [
        element(
            "div",
            "gw-chain",
            element("span", "gw-node", origin),
            element("div", "gw-branches", *branches),
        )
        for origin, branches in groups.items()
    ]
    return element("div", "gw-chains", *rows) if rows else Html("")


def _origin(link: Link, evidence: Sequence[Evidence]) -> str:
    for item in evidence:
        passage = item.passage
        if passage.document_id == link.document_id and passage.start <= link.start < passage.end:
            return described(passage)
    return ELSEWHERE
