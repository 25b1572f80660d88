"""Finding: exact filters, the same hits every time, any language, any length."""

import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from groundwire.core.errors import UsageError
from groundwire.core.schema import Document, Piece
from groundwire.core.settings import EncoderSettings, SearchSettings, Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import (
    Library,
    Scope,
    add_documents,
    add_paths,
    check_scope,
    list_documents,
    open_library,
    read_document,
    read_span,
    search,
)

Files = Callable[..., list[str]]
TEXTS = {
    "korean": "항구는 아침 여섯 시에 문을 연다. 배는 정오에 떠난다.",
    "japanese": "港は朝六時に開きます。船は正午に出発します。",
    "thai": "ท่าเรือเปิดเวลาหกโมงเช้า เรือออกเที่ยงวัน",
    "spanish": "El puerto abre a las seis; la canción del marinero empieza al mediodía.",
    "arabic": "يفتح الميناء في السادسة صباحا وتغادر السفينة عند الظهر.",
    "english": "The harbour opens at six AND the boat leaves at noon OR later.",
}


def add_texts(library: Library, **texts: tuple[str, str, dict[str, str]]) -> None:
    """Documents by name, each as (collection, text, metadata)."""
    for name, (collection, text, metadata) in texts.items():
        document = Document(
            id=f"{name:0<64}",
            source=f"/files/{name}",
            title=f"title of {name}",
            text=text,
            media_type="text/x",
            metadata=metadata,
        )
        list(
            add_documents(
                library, [(document, [Piece(start=0, end=len(text))])], collection=collection
            )
        )


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("korean", "정오"),
        ("japanese", "正午"),
        ("thai", "เที่ยงวัน"),
        ("spanish", "CANCIÓN marineros"),
        ("arabic", "السفينة"),
        ("english", "harbours"),
    ],
)
def test_a_word_finds_its_language(
    language: str, word: str, library: Library, files: Files
) -> None:
    list(add_paths(library, files(**TEXTS)))
    best = search(library, word)[0]
    assert best.passage.title == language
    assert best.scores["lexical"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "harbour " * 1200,
        "boat " * 20_000,
        "🚢🌊",
        "\x00\x01\x1b[31m",
        "AND OR NOT",
        '("*:^~[]{}\\/',
        "\ud800",
    ],
    ids=["8k", "100k", "emoji", "controls", "operators", "punctuation", "half a character"],
)
def test_anything_may_be_asked(text: str, library: Library, files: Files) -> None:
    list(add_paths(library, files(**TEXTS)))
    assert len(search(library, text)) == len(TEXTS)


def test_nothing_to_search_for(library: Library) -> None:
    assert search(library, "anything") == []
    with pytest.raises(UsageError, match="nothing to search"):
        search(library, " \n")
    with pytest.raises(UsageError, match="no collection"):
        check_scope(library, Scope(collection="none"))
    with pytest.raises(UsageError, match="no key"):
        check_scope(library, Scope(where=(("", "x"),)))


def test_every_key_filters(library: Library) -> None:
    add_texts(
        library,
        a=("one", "The harbour of the north.", {"author": "Ann", 'odd "key".x': "1"}),
        b=("one", "The harbour of the south.", {"author": "Bob"}),
        c=("two", "The harbour of the east.", {"author": "Ann"}),
    )

    def found(*where: tuple[str, str], collection: str | None = None) -> set[str]:
        hits = search(library, "harbour", scope=Scope(collection=collection, where=where))
        return {Path(hit.passage.source).name for hit in hits}

    assert found(("source", "/files/b")) == {"b"}
    assert found(("title", "title of c")) == {"c"}
    assert found(("type", "text/x")) == {"a", "b", "c"}
    assert found(("modified", "1970-01")) == {"a", "b", "c"}
    assert found(("modified", "19%")) == set()
    assert found(("author", "Ann")) == {"a", "c"}
    assert found(("author", "Ann"), collection="one") == {"a"}
    assert found(("author", "Ann"), ("title", "title of c")) == {"c"}
    assert found(('odd "key".x', "1")) == {"a"}
    assert found(("author", "Cid")) == set()


WORDS = ("harbour", "boat", "noon", "fish", "net", "rope")
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
        st.fixed_dictionaries({"author": st.sampled_from(["Ann", "Bob"])}),
    ),
    min_size=1,
    max_size=6,
)


@rules(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents=DOCUMENTS, author=st.sampled_from(["Ann", "Bob"]), asked=st.sampled_from(WORDS))
def test_filters_are_exact(
    documents: list[tuple[str, str, dict[str, str]]], author: str, asked: str
) -> None:
    """Only what fits is found, all of it, and as near as a comparison with every vector says."""
    encoder = HashEncoder()
    with tempfile.TemporaryDirectory() as folder:
        home = Settings(home=Path(folder), encoder=EncoderSettings(model="hash"))
        with open_library(home, encoder=encoder) as library:
            add_texts(library, **{f"d{n}": one for n, one in enumerate(documents)})
            present = {collection for collection, _, _ in documents}
            for collection in (None, *sorted(present)):
                fitting = {
                    f"/files/d{number}": text
                    for number, (stands_in, text, metadata) in enumerate(documents)
                    if metadata["author"] == author and collection in (None, stands_in)
                }
                scope = Scope(collection=collection, where=(("author", author),))
                hits = search(library, asked, k=50, scope=scope)
                assert {hit.passage.source for hit in hits} == set(fitting)
                wanted = encoder.encode([asked])[0]
                for hit in hits:
                    near = encoder.encode([fitting[hit.passage.source]])[0] @ wanted
                    assert np.isclose(hit.scores["dense"], near, atol=1e-6)
                assert {h.passage.source for h in hits if "lexical" in h.scores} == {
                    source for source, text in fitting.items() if asked in text.split()
                }


def test_more_documents_than_one_statement_takes(library: Library) -> None:
    """SQLite binds at most 32,766 values."""

    def made(number: int) -> tuple[Document, list[Piece]]:
        document = Document(
            id=f"{number:064x}", source=f"/{number}", title="", text="x y", media_type="m"
        )
        return document, [Piece(start=0, end=3)]

    from sqlalchemy import insert

    from groundwire.retrievers.tables import documents, places

    list(add_documents(library, [made(0)]))
    with library.transaction() as connection:
        rows = [
            {
                "id": n, "sha256": f"{n:064x}", "title": "", "media_type": "m", "language": "en",
                "state": "ready", "metadata": {}, "headings": [], "pages": [], "tables": [],
            }
            for n in range(2, 34_000)
        ]  # fmt: skip
        connection.execute(insert(documents), rows)
        stands = [
            {"path": f"/{n}", "collection_id": 1, "document_id": n, "modified": ""}
            for n in range(2, 34_000)
        ]
        connection.execute(insert(places), stands)
    assert len(search(library, "x", scope=Scope(where=(("type", "m"),)))) == 1
    assert len(list_documents(library)) == 33_999


def test_the_same_hits_to_the_byte(settings: Settings, files: Files) -> None:
    texts = {
        f"t{number}": f"The harbour number {number % 7} is old.{chr(10) * number}"
        for number in range(30)
    }
    with open_library(settings) as library:
        list(add_paths(library, files(**texts)))
        first = [search(library, "old harbour 3", k=30) for _ in range(3)]
    with open_library(settings) as library:
        again = search(library, "old harbour 3", k=30)
    assert repr(first[0]) == repr(first[1]) == repr(first[2]) == repr(again)
    assert len(first[0]) == 30
    scores = [(-hit.score, hit.passage.source) for hit in first[0]]
    assert [score for score, _ in scores] == sorted(score for score, _ in scores)


@pytest.mark.parametrize(("weights", "names"), [((0, 1), {"lexical"}), ((1, 0), {"dense"})])
def test_each_search_can_be_switched_off(
    weights: tuple[float, float], names: set[str], settings: Settings, files: Files
) -> None:
    some = SearchSettings(dense_weight=weights[0], lexical_weight=weights[1])
    with open_library(settings.model_copy(update={"search": some})) as library:
        list(add_paths(library, files(**TEXTS)))
        assert {name for hit in search(library, "harbour") for name in hit.scores} == names


@pytest.mark.parametrize(
    "text",
    [
        "One line.\r\n\r\nAnother line.\rA third one.\n" * 40,
        "Before \x00 and after. " * 60,
        "A whale 🐋 and 𝒎𝒂𝒕𝒉 letters. " * 60,
        " ".join(TEXTS.values()) * 9,
    ],
    ids=["line ends", "NUL", "astral", "scripts"],
)
def test_spans_are_exact(text: str, library: Library) -> None:
    cuts = [*range(0, len(text), 37), len(text)]
    pieces = [Piece(start=a, end=b) for a, b in pairwise(cuts)]
    document = Document(id="f" * 64, source="/s", title="", text=text, media_type="m")
    list(add_documents(library, [(document, pieces)]))
    stored = read_document(library, document.id)
    assert stored is not None
    assert stored.text == text
    for start in range(0, len(text) - 1, 53):
        for end in (start + 1, min(start + 90, len(text))):
            assert read_span(library, document.id, start, end) == text[start:end]
    assert read_span(library, "0" * 64, 0, 3) is None
    for hit in search(library, "line whale harbour before", k=100):
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_a_filter_on_what_no_document_has_names_what_there_is(
    library: Library, files: Files
) -> None:
    (path,) = files(a="---\nauthor: Mara Velt\n---\nThe harbour opens at six.\n")
    list(add_paths(library, [path]))
    check_scope(library, Scope(where=(("type", "txt"),)))
    with pytest.raises(UsageError, match=r"'bogus' to filter by.*source, title, type, modified"):
        check_scope(library, Scope(where=(("bogus", "1"),)))
