"""Passages of a judged collection: read with care, and indexed once, each as one passage."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from groundwire.core.errors import LibraryError, UsageError
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.corpus import CACHE, corpus_of, open_corpus, read_corpus
from groundwire.eval.schema import Corpus, CorpusLine
from groundwire.retrievers import list_documents, search

MakeFolder = Callable[..., Path]
LONG = "word " * 400 + "platypus"
LONGER = "".join(f"term{number} " for number in range(11_000))[:99_990] + " walrus"
AWKWARD = {
    "plain": ("Harbour", "The harbour opened in 1903."),
    "again": ("Harbour", "The harbour opened in 1903."),
    "other title": ("Port", "The harbour opened in 1903."),
    "empty": ("", ""),
    "empty again": ("", ""),
    "blank": (" ", " \n\n "),
    "title only": ("Lighthouse", ""),
    "long": ("", LONG),
    "longer": ("", LONGER),
    "lines": ("a\nb", "c\r\nd\u2028e\x00f"),
    "emoji 🦉": ("鳥", "ふくろう 🦉"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        home=tmp_path / "home", folder=tmp_path, environ={}, flags={"encoder.model": "hash"}
    )


@pytest.fixture
def awkward() -> Corpus:
    lines = [CorpusLine(id=key, title=one[0], text=one[1]) for key, one in AWKWARD.items()]
    return corpus_of("awkward", lines)


def kept(settings: Settings) -> list[Path]:
    """The libraries that the cache holds, whole or not."""
    return [path for path in (settings.home / CACHE).iterdir() if path.is_dir()]


def test_every_line_is_one_passage_whatever_its_text(awkward: Corpus, settings: Settings) -> None:
    with open_corpus(awkward, settings) as library:
        listed = list_documents(library)
        hits = search(library, "harbour", k=100)
    assert {one.source: one.passages for one in listed} == dict.fromkeys(AWKWARD, 1)
    assert len({one.document_id for one in listed}) == len(AWKWARD)
    found = {hit.passage.source: hit.passage for hit in hits}
    assert found.keys() == AWKWARD.keys()
    for key, (title, text) in AWKWARD.items():
        assert found[key].text == f"{title}\n{text}"
        assert (found[key].title, found[key].start) == (title, 0)


@pytest.mark.parametrize(
    ("query", "id_"), [("platypus", "long"), ("walrus", "longer"), ("lighthouse", "title only")]
)
def test_words_of_titles_and_at_the_end_of_long_texts_are_found(
    awkward: Corpus, settings: Settings, query: str, id_: str
) -> None:
    words = load_settings(
        home=settings.home,
        environ={},
        flags={"encoder.model": "hash", "search.dense_weight": 0},
    )
    with open_corpus(awkward, words) as library:
        assert [hit.passage.source for hit in search(library, query)] == [id_]


def test_repeated_texts_rank_side_by_side(awkward: Corpus, settings: Settings) -> None:
    with open_corpus(awkward, settings) as library:
        hits = search(library, "Harbour The harbour opened in 1903.", k=3)
    assert [hit.passage.source for hit in hits[:2]] == ["plain", "again"]
    assert hits[0].scores == pytest.approx(hits[1].scores)


def test_a_corpus_is_indexed_once_for_every_way_to_search(
    awkward: Corpus, settings: Settings
) -> None:
    told: list[tuple[int, int]] = []
    for weight in (1.0, 0.5):
        given = settings.model_copy(
            update={"search": settings.search.model_copy(update={"dense_weight": weight})}
        )
        with open_corpus(awkward, given, on_progress=lambda *seen: told.append(seen)) as library:
            assert library.settings.search.dense_weight == weight
    assert told == [(len(AWKWARD), len(AWKWARD))]
    assert len(kept(settings)) == 1


def test_two_at_once_make_it_once(awkward: Corpus, settings: Settings) -> None:
    told: list[tuple[int, int]] = []

    def count(_: int) -> int:
        with open_corpus(awkward, settings, on_progress=lambda *seen: told.append(seen)) as library:
            return len(list_documents(library))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(count, range(2))) == [len(AWKWARD)] * 2
    assert len(told) == 1


def test_an_interruption_leaves_nothing(awkward: Corpus, settings: Settings) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_corpus(awkward, settings, on_progress=stop)
    assert kept(settings) == []
    with open_corpus(awkward, settings) as library:
        assert len(list_documents(library)) == len(AWKWARD)


def test_what_a_killed_process_left_does_not_count(judged: Path, settings: Settings) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from groundwire.core.settings import load_settings\n"
        "from groundwire.eval.corpus import open_corpus, read_corpus\n"
        "home, folder = map(pathlib.Path, sys.argv[1:])\n"
        "flags = {'encoder.model': 'hash'}\n"
        "open_corpus(read_corpus(folder), load_settings(home=home, flags=flags, environ={}),\n"
        "            on_progress=lambda *_: os._exit(7))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(settings.home), str(judged)], check=False
    )
    assert killed.returncode == 7
    assert len(kept(settings)) == 1
    with open_corpus(read_corpus(judged), settings) as library:
        sources = [one.source for one in list_documents(library)]
    assert sources == ["harbour-0", "harbour-1", "mill-0", "mill-1"]
    assert len(kept(settings)) == 1


def test_a_file_that_changed_since_it_was_read_is_not_indexed(
    judged: Path, settings: Settings
) -> None:
    corpus = read_corpus(judged)
    with (judged / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": "new", "text": "another"}\n')
    with pytest.raises(UsageError, match="multihop-tiny changed"):
        open_corpus(corpus, settings)
    assert kept(settings) == []


def test_a_cache_that_cannot_be_written_is_named(awkward: Corpus, settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "eval").write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(LibraryError, match="cannot be indexed in") as caught:
        open_corpus(awkward, settings)
    assert "--home" in caught.value.advice


def test_the_content_is_that_of_ids_titles_and_texts(make_folder: MakeFolder) -> None:
    line = {"_id": "1", "title": "a", "text": "b"}
    corpora = [
        [line],
        [line | {"url": "ignored"}],
        [{"_id": 1, "title": "a", "text": "b"}],
        [line | {"_id": "2"}],
        [line | {"title": "", "text": "a\nb"}],
        [line | {"title": "a\nb", "text": ""}],
    ]
    read = [
        read_corpus(make_folder(f"f{number}", corpus=lines)) for number, lines in enumerate(corpora)
    ]
    assert len({one.content for one in read[:3]}) == 1
    assert len({one.content for one in read[2:]}) == 4
    assert read[0].ids == {"1"}
    assert list(read[0].lines()) == list(read[0].lines())


def test_blank_lines_a_bom_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    rows = ('{"_id": "ä", "text": "x"}', "", "  ", '{"_id": 7, "title": null, "text": ""}')
    (tmp_path / "corpus.jsonl").write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    assert [(one.id, one.title, one.text) for one in read_corpus(tmp_path).lines()] == [
        ("ä", "", "x"),
        ("7", "", ""),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"_id": "b", "text": ', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('["b"]', "no JSON object"),
        ('{"text": "x"}', "'_id' is missing"),
        ('{"_id": "", "text": "x"}', "'_id' is missing"),
        ('{"_id": true, "text": "x"}', "'_id' is missing"),
        ('{"_id": "b"}', "'text' is missing"),
        ('{"_id": "b", "text": ["x"]}', "'text' is no text"),
        ('{"_id": "b", "title": 3, "text": "x"}', "'title' is no text"),
        ('{"_id": "a", "text": "x"}', "the id 'a' stands in line 1 already"),
        ('{"_id": "b", "text": "\\udcff"}', "half of a character"),
    ],
)
def test_a_broken_line_is_named(make_folder: MakeFolder, line: str, complaint: str) -> None:
    folder = make_folder(corpus=[{"_id": "a", "text": "x"}, "", line])
    with pytest.raises(UsageError, match=rf"corpus\.jsonl, line 3: .*{complaint}"):
        read_corpus(folder)


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    good = json.dumps({"_id": "a", "text": "x"}).encode()
    (tmp_path / "corpus.jsonl").write_bytes(good + b"\n" + "ä".encode("latin-1") + b"\n")
    with pytest.raises(UsageError, match="line 2: this is not UTF-8"):
        read_corpus(tmp_path)


def test_no_file_and_no_passages_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_corpus(tmp_path)
    (tmp_path / "corpus.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no passages"):
        read_corpus(tmp_path)
