"""The sample documents: what stands in them, and that the questions on them are sound."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.schema import Document
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers.load import load_document

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "app" / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())
QUESTIONS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "samples_facts.json").read_text(encoding="utf-8")
)["questions"]
SEVERAL = [question for question in QUESTIONS if "holds" in question]
UNANSWERABLE = [question for question in QUESTIONS if question["kind"] == "unanswerable"]
ANSWERABLE = [
    turn
    for question in QUESTIONS
    if question["kind"] != "unanswerable"
    for turn in question.get("turns", [question])
]
LEAST_FILES = {
    "csv": 1, "docx": 3, "eml": 3, "html": 3, "md": 3, "pdf": 3, "pptx": 2, "txt": 3, "xlsx": 2,
}  # fmt: skip
LEAST_QUESTIONS = {
    "single": 15, "table": 5, "two-documents": 6, "disagree": 2, "unanswerable": 8,
    "conversation": 4,
}  # fmt: skip
BRANDS = re.compile(
    r"\b(Adobe|Airbnb|Amazon|Anthropic|Apple|Boeing|Bosch|Chevrolet|Cisco|Claude|Disney|Facebook|"
    r"Ferrari|Ford|Gmail|Google|Honda|Huawei|IBM|IKEA|Intel|Lego|LinkedIn|Mastercard|Mercedes|"
    r"Microsoft|Netflix|Nike|Nokia|Nvidia|OpenAI|Oracle|PayPal|Pepsi|Philips|Porsche|Renault|"
    r"Rolex|Samsung|Shell|Siemens|Sony|Starbucks|Tesla|Toyota|Twitter|Uber|Visa|Volkswagen|Volvo|"
    r"WhatsApp|Wikipedia|Yamaha|YouTube)\b"
)


@cache
def read(name: str) -> Document:
    return load_document(str(SAMPLES / name), ReadingSettings())


@cache
def words(name: str) -> str:
    """The text of a sample, with every run of white space as one blank."""
    return " ".join(read(name).text.split())


def asked(question: dict[str, Any]) -> str:
    return str(question.get("question") or question["turns"][0]["question"])


def test_there_are_enough_of_each_type_in_a_small_folder() -> None:
    types = Counter(Path(name).suffix[1:] for name in NAMES)
    assert 20 <= len(NAMES) <= 30
    assert set(types) == set(LEAST_FILES)
    assert all(types[kind] >= least for kind, least in LEAST_FILES.items()), types
    assert sum((SAMPLES / name).stat().st_size for name in NAMES) < 600_000


def test_names_are_short_and_plain() -> None:
    assert [name for name in NAMES if not re.fullmatch(r"[a-z0-9-]{1,30}\.[a-z]+", name)] == []


def test_there_are_enough_questions_of_each_kind() -> None:
    kinds = Counter(question["kind"] for question in QUESTIONS)
    assert set(kinds) == set(LEAST_QUESTIONS)
    assert all(kinds[kind] >= least for kind, least in LEAST_QUESTIONS.items()), kinds
    assert len({asked(question) for question in QUESTIONS}) == len(QUESTIONS)


def test_every_file_named_exists() -> None:
    named = {name for question in ANSWERABLE for name in question["files"]}
    assert named <= set(NAMES)
    assert all(set(question["holds"]) == set(question["files"]) for question in SEVERAL)


def test_every_conversation_has_two_turns() -> None:
    talks = [question for question in QUESTIONS if question["kind"] == "conversation"]
    assert all(len(talk["turns"]) == 2 for talk in talks)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_whole_and_names_no_brand(name: str) -> None:
    text = words(name)
    assert len(text) > 500
    assert BRANDS.findall(text) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(("pdf", "pptx"))])
def test_a_paged_sample_has_pages_and_a_title(name: str) -> None:
    document = read(name)
    assert len(document.pages) >= (2 if name.endswith("pdf") else 4)
    assert document.title != Path(name).stem


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(("docx", "md"))])
def test_a_written_sample_has_headings(name: str) -> None:
    assert len(read(name).headings) >= 3


@pytest.mark.parametrize("question", ANSWERABLE, ids=asked)
def test_the_files_named_hold_the_answer(question: dict[str, Any]) -> None:
    text = " ".join(words(name) for name in question["files"])
    assert [answer for answer in question["answers"] if answer not in text] == []
    assert question["answers"]


@pytest.mark.parametrize("question", SEVERAL, ids=asked)
def test_each_of_several_files_holds_its_part_and_none_holds_all(question: dict[str, Any]) -> None:
    parts = [(name, part) for name, found in question["holds"].items() for part in found]
    assert [(name, part) for name, part in parts if part not in words(name)] == []
    assert [name for name in NAMES if all(part in words(name) for _, part in parts)] == []


@pytest.mark.parametrize("question", UNANSWERABLE, ids=asked)
def test_what_is_not_in_them_is_not_in_them(question: dict[str, Any]) -> None:
    assert not question["answers"]
    assert question["absent"]
    for name in NAMES:
        text = words(name).casefold()
        assert [word for word in question["absent"] if word.casefold() in text] == []
