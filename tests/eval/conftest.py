"""A judged collection of four passages, and folders of whatever content."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from groundwire.core.settings import EncoderSettings, Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import Library, add_paths, open_library

PASSAGES = {
    "harbour-0": (
        "Harbour",
        "The harbour of Tarnholm opened in 1903 and has room for forty boats.",
    ),
    "harbour-1": ("Harbour", "The fee for a boat over eight metres is twelve crowns a night."),
    "mill-0": ("Mill", "The mill at Brackwater grinds rye and was built by Ansel Korn."),
    "mill-1": ("Mill", "The miller sells flour on Saturdays from nine until noon."),
}
QUESTIONS = (
    ("q1", "When did the harbour of Tarnholm open?", ["1903"], "harbour-0"),
    ("q2", "Who built the mill at Brackwater?", ["Ansel Korn"], "mill-0"),
    ("q3", "Who painted the lighthouse of Tarnholm?", [], None),
    ("q4", "Which opera did the miller write?", [], None),
)


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Its folder, in the layout that the measures read."""
    folder = tmp_path / "multihop-tiny"
    folder.mkdir()
    corpus = [{"_id": key, "title": one[0], "text": one[1]} for key, one in PASSAGES.items()]
    queries = [
        {"_id": key, "text": text, "answers": golds, "answerable": bool(golds)}
        for key, text, golds, _ in QUESTIONS
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    judgements = [f"{key}\t{passage}\t1" for key, _, _, passage in QUESTIONS if passage]
    judgements += ["q1\tmill-1\t0"]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judgements]))
    return folder


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder in the common layout: ``make_folder("name", queries=[...], qrels="...")``.

    Lines are objects, or texts that are written as they are. Without ``corpus`` there are the
    passages p1 and p2, with None there is no such file.
    """

    def make(
        name: str = "task",
        *,
        queries: Sequence[object] | None = None,
        corpus: Sequence[object] | None = (
            {"_id": "p1", "title": "One", "text": "first"},
            {"_id": "p2", "text": "second"},
        ),
        qrels: str | None = None,
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file, lines in (("queries.jsonl", queries), ("corpus.jsonl", corpus)):
            if lines is not None:
                text = "".join(
                    f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines
                )
                (folder / file).write_text(text, encoding="utf-8")
        if qrels is not None:
            text = f"query-id\tcorpus-id\tscore\n{qrels}"
            (folder / "qrels.tsv").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def hop_library(tmp_path: Path) -> Iterator[Library]:
    """Minutes that name three people, documents that go by their names, and much else.

    Letters share words with a question about the board in March, plans with the minutes.
    """
    folder = tmp_path / "files"
    folder.mkdir()
    minutes = (
        "In March the board asked Tobiah Wrenfold to lead the dry-dock project. "
        "Orla Finch and Bram Tolland helped."
    )
    (folder / "minutes.md").write_text(minutes, encoding="utf-8")
    person = "# Tobiah Wrenfold\n\nHe trained in Caldmoor, and joined in 2011."
    (folder / "person.md").write_text(person, encoding="utf-8")
    for name in ("Orla Finch", "Bram Tolland"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nGone since.", encoding="utf-8")
    for number in range(40):
        letter, plan = (
            f"Letter number {number} came in March.",
            f"To lead the project, plan {number}.",
        )
        (folder / f"letter{number}.md").write_text(letter, encoding="utf-8")
        (folder / f"plan{number}.md").write_text(plan, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened
