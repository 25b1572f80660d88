"""The part of a passage that speaks most for something, as a citation of its exact characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundwire.agents.sentence_reader import states_something
from groundwire.core.schema import Citation, Passage
from groundwire.retrievers import sentence_spans

# A quote is one sentence of a passage if one says enough, else up to so many in a row.
LONGEST_QUOTE = 3


def in_place(passage: Passage, text: str) -> str:
    """``text`` of a passage below the title and heading it stands under: they name its subject."""
    heading = passage.heading or ""
    named = heading.startswith(passage.title)
    place = heading if named else " > ".join(filter(None, (passage.title, heading)))
    return f"{place}\n{text}" if place else text


def quote_best(
    passage: Passage, weigh: Callable[[Sequence[str]], list[float]], *, enough: float
) -> Citation:
    """The sentence of ``passage`` that ``weigh`` gives most; neighbours join until it is enough.

    ``weigh`` is given texts with title and heading. If no few sentences are enough, the best ones
    are taken all the same.
    """
    spans = sentence_spans(passage.text)
    saying = [span for span in spans if states_something(passage.text[slice(*span)])]
    spans = saying or spans or [(0, len(passage.text))]
    best, most = spans[0], -1.0
    for length in range(1, min(LONGEST_QUOTE, len(spans)) + 1):
        runs = _runs(spans, length)
        weights = weigh([in_place(passage, passage.text[start:end]) for start, end in runs])
        for run, weight in zip(runs, weights, strict=True):
            if weight > most:
                best, most = run, weight
        if most >= enough:
            break
    return cite_part(passage, *best)


def cite_part(passage: Passage, start: int, end: int) -> Citation:
    """Characters ``start`` to ``end`` of a passage, counted within it, as a citation."""
    return Citation(
        document_id=passage.document_id,
        source=passage.source,
        title=passage.title,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        page=passage.page,
        heading=passage.heading,
    )


def _runs(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Every ``length`` spans in a row as one."""
    lasts = spans[length - 1 :]
    return [(first[0], last[1]) for first, last in zip(spans, lasts, strict=False)]
