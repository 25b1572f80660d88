from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.core.schema import Document, Heading, PageSpan, Piece, TableSpan
from groundwire.retrievers.split import split_document

SENTENCE = "The quick brown fox jumps over the lazy dog. "


class Words:
    """Counts words, as an encoder counts tokens."""

    def __init__(self, max_tokens: int = 256) -> None:
        self.max_tokens = max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class Letters(Words):
    """Counts letters, as for scripts without blanks."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]


def make(text: str, **parts: object) -> Document:
    return Document(id="0", source="/a.txt", title="A", text=text, media_type="txt", **parts)  # type: ignore[arg-type]


def texts(document: Document, pieces: Sequence[Piece]) -> list[str]:
    return [document.text[piece.start : piece.end] for piece in pieces]


def size(document: Document, piece: Piece) -> int:
    return len(document.text[piece.start : piece.end].split())


def test_passages_are_about_as_long_as_asked_and_end_with_sentences() -> None:
    document = make(SENTENCE * 200)
    pieces = split_document(document, Words(), 180)
    sizes = [size(document, piece) for piece in pieces]
    assert sum(sizes) == 1800
    assert all(140 < length <= 180 for length in sizes)
    assert all(text.startswith("The") and text.endswith(". ") for text in texts(document, pieces))


def test_a_short_rest_is_not_left_alone() -> None:
    document = make(SENTENCE * 21)
    sizes = [size(document, piece) for piece in split_document(document, Words(), 180)]
    assert len(sizes) == 2
    assert min(sizes) > 80


def test_a_scrap_joins_its_neighbour_where_the_encoder_has_room() -> None:
    long = "word " * 168 + "end. "
    document = make(long + "A scrap of words follows here now. And some more.")
    assert len(split_document(document, Words(256), 175)) == 1


def test_no_passage_crosses_a_heading_or_a_page() -> None:
    text = "# One\n\n" + SENTENCE + "\n\n## Two\n\n" + SENTENCE + "\n\n" + SENTENCE
    second, page = text.index("## Two"), text.rindex("The quick")
    document = make(
        text,
        headings=(
            Heading(start=0, level=1, title="One"),
            Heading(start=second, level=2, title="Two"),
        ),
        pages=(
            PageSpan(number=1, start=0, end=page),
            PageSpan(number=2, start=page, end=len(text)),
        ),
    )
    pieces = split_document(document, Words())
    assert [piece.start for piece in pieces] == [0, second, page]
    assert [piece.heading for piece in pieces] == ["One", "One > Two", "One > Two"]
    assert [piece.page for piece in pieces] == [1, 1, 2]


def test_a_heading_of_the_same_level_ends_the_one_before() -> None:
    text = "a\nx\nb\ny\nc\nz\n"
    headings = tuple(
        Heading(start=text.index(title), level=level, title=title)
        for title, level in (("a", 1), ("b", 3), ("c", 2))
    )
    pieces = split_document(make(text, headings=headings), Words())
    assert [piece.heading for piece in pieces] == ["a", "a > b", "a > c"]


def test_context_is_title_headings_and_the_header_of_a_table_above() -> None:
    rows = "".join(f"| plank {number} of the row | {number} |\n" for number in range(60))
    text = "Prices\n\n| Item | Price |\n| --- | --- |\n" + rows
    table = TableSpan(start=8, end=len(text), header="| Item | Price |")
    heading = Heading(start=0, level=1, title="Prices")
    pieces = split_document(make(text, headings=(heading,), tables=(table,)), Words(), 60)
    assert len(pieces) > 3
    # The first says its heading and the header itself.
    assert pieces[0].context == "A"
    assert {piece.context for piece in pieces[1:]} == {"A\nPrices\n| Item | Price |"}


def test_a_table_whose_rows_carry_their_header_adds_none() -> None:
    text = "Item: Oak; Price: 12\n" * 40
    table = TableSpan(start=0, end=len(text), header="Item | Price")
    document = make("Before.\n" + text, tables=(table,))
    assert {piece.context for piece in split_document(document, Words(), 30)} == {"A"}


def test_the_title_is_not_said_twice() -> None:
    text = "A\n\n" + SENTENCE * 40
    document = make(text, headings=(Heading(start=0, level=1, title="A"),))
    assert {piece.context for piece in split_document(document, Words())} == {"A"}


def test_context_is_trimmed_to_its_share() -> None:
    text = "head\n" + SENTENCE * 60
    heading = Heading(start=0, level=1, title="long " * 100)
    document = Document(
        id="0", source="/a", title="t" * 900, text=text, media_type="txt", headings=(heading,)
    )
    for tokens in (Words(), Letters()):
        for piece in split_document(document, tokens):
            assert tokens.count_tokens([piece.context])[0] <= 60 + 1


def test_sentences_that_are_too_long_are_cut_between_words() -> None:
    document = make("word " * 1000)
    pieces = split_document(document, Words(), 100)
    assert len(pieces) >= 10
    assert all(text.endswith("word ") for text in texts(document, pieces))
    assert all(size(document, piece) <= 100 for piece in pieces)


@pytest.mark.parametrize("letter", ["x", "e\u0301"])
def test_a_text_without_blanks_is_cut_anywhere_but_inside_a_letter(letter: str) -> None:
    document = make(letter * 4000)
    pieces = split_document(document, Letters(), 100)
    assert all(piece.end - piece.start <= 100 for piece in pieces)
    assert all(text.startswith(letter[0]) for text in texts(document, pieces))


def test_a_long_word_that_counts_as_one_token_is_cut_all_the_same() -> None:
    pieces = split_document(make("x" * 100_000), Words(), 100)
    assert all(piece.end - piece.start <= 1000 for piece in pieces)


def test_nothing_but_blanks_has_no_passage() -> None:
    assert split_document(make(" \n\n "), Words()) == []


def test_blanks_go_with_a_neighbour() -> None:
    document = make("\n" * 5000 + "One." + " " * 50_000 + "Two." + "\n" * 9000)
    assert len(split_document(document, Words())) == 1


def test_many_pages_without_text_have_no_passage() -> None:
    pages = tuple(PageSpan(number=n, start=n * 2, end=n * 2 + 2) for n in range(5))
    document = make("\n\nab\n\n\n\ncd", pages=pages)
    assert [piece.page for piece in split_document(document, Words())] == [1, 4]


LINES = st.sampled_from(
    [
        SENTENCE,
        SENTENCE * 9,
        "word " * 300,
        "x" * 700,
        "\n\n",
        "| a | b |\n",
        "東京は首都です。",
        " " * 80,
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    parts = draw(st.lists(LINES, max_size=25))
    text = "".join(parts)
    edges = sorted(draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=6)))
    marks = draw(st.lists(st.integers(1, 3), min_size=len(edges), max_size=len(edges)))
    headings = tuple(
        Heading(start=edge, level=level, title=f"Head {edge}")
        for edge, level in zip(edges, marks, strict=True)
    )
    middle = draw(st.integers(0, len(text)))
    pages = (
        PageSpan(number=1, start=0, end=middle),
        PageSpan(number=2, start=middle, end=len(text)),
    )
    table = TableSpan(start=0, end=middle, header=text[:20].strip())
    return make(text, headings=headings, pages=pages, tables=(table,))


@settings(deadline=None)
@given(documents(), st.sampled_from([32, 64, 256]), st.sampled_from([16, 60, 180]))
def test_passages_cover_the_text_once_and_fit(document: Document, most: int, aim: int) -> None:
    for tokens in (Words(most), Letters(most)):
        pieces = split_document(document, tokens, aim)
        if not document.text.strip():
            assert pieces == []
            continue
        assert "".join(texts(document, pieces)) == document.text
        assert all(before.end == after.start for before, after in pairwise(pieces))
        for piece in pieces:
            text = document.text[piece.start : piece.end]
            context, said = tokens.count_tokens([piece.context, text])
            assert context + said <= most
            marks = {heading.start for heading in document.headings}
            for mark in (mark for mark in marks if piece.start < mark < piece.end):
                before, after = document.text[piece.start : mark], document.text[mark : piece.end]
                assert not before.strip() or not after.strip()
        if type(tokens) is Words:
            assert all(text.strip() for text in texts(document, pieces))
