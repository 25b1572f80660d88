"""Calibrating from the command line: on judged questions, and what asking says afterwards."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.agents import shipped_calibration, write_calibration
from groundwire.core.settings import AnswerSettings
from groundwire.models import HashEncoder

Groundwire = Callable[..., Any]
ARTICLES, EACH = 12, 10
DOCUMENT = "The mill at Brackwater was built in 1874 and grinds rye.\n"


@pytest.fixture(autouse=True)
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with the reader that needs no model."""
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "sentences")


@pytest.fixture
def task(tmp_path: Path) -> Path:
    """Questions about mills, of which every second one has no answer."""
    folder = tmp_path / "mills"
    folder.mkdir()
    corpus, queries, judged = [], [], ["query-id\tcorpus-id\tscore"]
    for article in range(ARTICLES):
        for number in range(EACH):
            key, place = f"{article}-{number}", f"Place{article}x{number}"
            year = 1800 + EACH * article + number
            text = f"The mill at {place} was built in {year} and grinds rye."
            corpus.append({"_id": key, "title": f"Mills {article}", "text": text})
            asked = f"When was the mill at {place} built?"
            golds = [str(year)]
            if number % 2:
                asked, golds = f"Who painted the lighthouse {article} {number}?", []
            else:
                judged.append(f"q{key}\t{key}\t1")
            queries.append({"_id": f"q{key}", "text": asked, "answers": golds})
            queries[-1]["answerable"] = bool(golds)
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    (folder / "qrels.tsv").write_text("\n".join(judged), encoding="utf-8")
    return folder


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_what_is_calibrated_is_shown_kept_and_used(
    groundwire: Groundwire, task: Path, own_home: Path
) -> None:
    ran = groundwire("calibrate", str(task), "--check", "3")
    assert ran.code == 0, ran.err
    assert "120 questions of mills, in halves of the 12 articles or files" in ran.out
    assert "ECE" in ran.out
    assert "Risk  Threshold  Answered" in ran.out
    assert "On 3 random splits" in ran.out
    path = own_home / "calibration-sentences.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert (kept["task"], kept["questions"], kept["reader"]) == ("mills", 120, "sentences")
    assert list(kept["fitted_with"]) == ["encoder"]
    (task.parent / "mill.md").write_text(DOCUMENT, encoding="utf-8")
    assert groundwire("add", "mill.md").code == 0
    question = "When was the mill at Brackwater built?"
    told = groundwire("ask", question, "--risk", "0.4")
    assert "wrong, with confidence 0.9" in told.out
    assert "certified on mills (120 questions)." in " ".join(told.out.split())
    found = groundwire("ask", question, "--risk", "0.4", "--json").json["assurance"]
    assert found["risk"] == pytest.approx(0.4)
    assert found["threshold"] in [one["threshold"] for one in kept["risks"]]
    shown = groundwire("settings")
    assert "Risk in force: " in shown.out
    assert "on mills" in " ".join(shown.out.split())
    # Models that have changed since.
    kept["fitted_with"] = {"encoder": "another@0123456789ab"}
    path.write_text(json.dumps(kept), encoding="utf-8")
    for command in (("settings",), ("ask", question)):
        told = " ".join(groundwire(*command).out.split())
        assert "calibrated on mills (120 questions) with other models (encoder)" in told
        assert "`groundwire calibrate TASK` makes it anew" in told
    stated = groundwire("ask", question, "--risk", "0.4")
    assert "No risk is certified and nothing is answered" in " ".join(stated.out.split())


def test_as_json_there_is_all_that_was_found(groundwire: Groundwire, task: Path) -> None:
    found = groundwire("calibrate", str(task), "--limit", "110", "--json").json
    assert found["calibration"]["questions"] == 110
    assert found["groups"] == ARTICLES
    assert found["held_back"]["expected_calibration_error"] >= 0
    assert found["held_back"]["area_under_roc"] > 0.7
    assert (found["unjudged"], found["failed"], found["check"]) == (0, 0, None)
    kept = json.loads(Path(found["file"]).read_text(encoding="utf-8"))
    assert kept == found["calibration"]
    assert kept["fitted_with"]["encoder"].startswith("hash")


def test_too_few_questions_write_nothing(
    groundwire: Groundwire, task: Path, own_home: Path
) -> None:
    ran = groundwire("calibrate", str(task), "--limit", "20")
    assert ran.code == 2
    assert "20 judged questions are too few" in ran.err
    assert not list(own_home.glob("calibration*"))


def test_a_system_that_only_searches_has_nothing_to_calibrate(
    groundwire: Groundwire, task: Path
) -> None:
    ran = groundwire("calibrate", str(task), "--system", "bm25")
    assert ran.code == 2
    assert "nothing to calibrate" in ran.err


def test_questions_over_a_collection_are_grouped_by_file(
    groundwire: Groundwire, tmp_path: Path
) -> None:
    rows = ["question,answer,answerable,source"]
    for number in range(10):
        lines = [f"The mill at Place{number}x{k} was built in {1800 + k}." for k in range(6)]
        (tmp_path / f"mills{number}.md").write_text("\n\n".join(lines), encoding="utf-8")
        for k in range(6):
            rows.append(
                f"When was the mill at Place{number}x{k} built?,{1800 + k},,mills{number}.md"
            )
            rows.append(f"Who painted the mill at Place{number}x{k}?,,no,")
    (tmp_path / "own.csv").write_text("\n".join(rows), encoding="utf-8")
    added = groundwire("add", *(f"mills{n}.md" for n in range(10)), "--collection", "mills")
    assert added.code == 0, added.err
    found = groundwire("calibrate", "own.csv", "--collection", "mills", "--json").json
    assert found["calibration"]["task"] == "own"
    assert 1 < found["groups"] <= 10


def test_a_damaged_calibration_is_told_and_calibrating_mends_it(
    groundwire: Groundwire, task: Path, own_home: Path
) -> None:
    path = own_home / "calibration-sentences.json"
    path.write_text("{", encoding="utf-8")
    assert str(path) in groundwire("ask", "What is it?").err.replace("\n", "")
    settings = groundwire("settings", "--json")
    assert settings.code == 0
    assert settings.json["assurance"] is None
    assert "calibration-sentences.json is no calibration" in settings.err
    assert groundwire("calibrate", str(task)).code == 0
    assert groundwire("settings", "--json").json["assurance"]["task"] == "mills"


def test_a_risk_that_is_not_certified_abstains_and_says_so(
    groundwire: Groundwire, own_home: Path
) -> None:
    shipped = shipped_calibration(AnswerSettings(reader="sentences"))
    write_calibration(own_home, replace(shipped, fitted_with={"encoder": HashEncoder().name}))
    Path("mill.md").write_text(DOCUMENT, encoding="utf-8")
    groundwire("add", "mill.md")
    ran = groundwire("ask", "When was the mill built?", "--risk", "0.001", "--json")
    assert ran.code == 0
    assert ran.json["status"] == "abstained"
    assert "No threshold is certified for a risk of 0.001" in ran.json["reason"]
    assert ran.json["assurance"]["threshold"] is None
    shown = groundwire("ask", "When was the mill built?", "--risk", "0.001")
    assert "nothing is answered" in " ".join(shown.out.split())


def test_a_risk_beside_a_set_threshold_is_refused(
    groundwire: Groundwire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_ANSWER__THRESHOLD", "0.5")
    ran = groundwire("ask", "When?", "--risk", "0.2")
    assert ran.code == 2
    assert "answer.threshold" in ran.err
    for wrong in ("0", "1", "2"):
        assert groundwire("ask", "When?", "--risk", wrong).code == 2
