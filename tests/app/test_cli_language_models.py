"""The commands that use a language model once one is configured, and only then."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Groundwire = Callable[..., Any]
TEXT = "The mill at Brackwater was built in 1874 and grinds rye for three villages."


@pytest.fixture
def configured(llm_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server that is named as the chat model."""
    for name, value in llm_server.variables().items():
        monkeypatch.setenv(name, value)
    return llm_server


@pytest.fixture
def task(tmp_path: Path) -> str:
    """A folder of one question over one passage."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    question = {"_id": "q", "text": "When was the mill at Brackwater built?", "answers": ["1874"]}
    (folder / "queries.jsonl").write_text(json.dumps(question), encoding="utf-8")
    passage = {"_id": "mill", "title": "Mill", "text": TEXT}
    (folder / "corpus.jsonl").write_text(json.dumps(passage), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tmill\t1")
    return "tiny"


def test_sentences_are_judged_when_that_is_asked_for(
    groundwire: Groundwire, configured: Any, task: str
) -> None:
    configured.text = '{"reason": "It says so.", "verdict": "supported"}'
    run = ("eval", "run", task, "--system", "first-sentence")
    assert groundwire(*run, "--out", "unjudged").code == 0
    assert configured.asked == []
    found = groundwire(*run, "--judge", "--out", "judged", "--json").json["runs"][0]["measures"]
    assert found["JudgeFaithfulness[majority]"]["mean"] == 1
    assert len(configured.asked) == 6  # two rubrics, three times
    kept = "".join(path.read_text("utf-8") for path in Path("judged").glob("*.json*"))
    assert "sk-very-secret" not in kept


def test_judging_without_a_model_says_what_to_set(groundwire: Groundwire, task: str) -> None:
    done = groundwire("eval", "run", task, "--judge")
    assert done.code == 2
    assert "Set llm.judge.model or llm.chat.model" in done.err


def test_proposed_questions_are_written_by_the_model(
    groundwire: Groundwire, configured: Any, tmp_path: Path
) -> None:
    (tmp_path / "mill.txt").write_text(TEXT, encoding="utf-8")
    assert groundwire("add", "mill.txt").code == 0
    configured.text = json.dumps(
        {"question": "Which year was the mill built?", "answer": "1874", "answerable": True}
    )
    made = groundwire("eval", "make", "default", "-n", "1", "--json").json["questions"]
    assert [one["kind"] for one in made] == ["written"]
    assert len(configured.asked) == 2
    assert "response_format" in configured.asked[0]


def test_nothing_is_sent_where_no_model_is_configured(
    groundwire: Groundwire, llm_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "mill.txt").write_text(TEXT, encoding="utf-8")
    assert groundwire("add", "mill.txt").code == 0
    assert groundwire("ask", "When was the mill built?").code == 0
    assert groundwire("eval", "make", "default", "-n", "1").code == 0
    assert groundwire("doctor").code == 0
    assert (llm_server.asked, llm_server.listed) == ([], 0)


ASKED = "When was the mill at Brackwater built?"
WRITTEN = {
    "sentences": [
        {"text": "The mill at Brackwater was built in 1874.", "evidence": ["E1"]},
    ],
    "short_answer": "1874",
}


@pytest.fixture
def library(groundwire: Groundwire, tmp_path: Path) -> None:
    """A library of one document."""
    (tmp_path / "mill.txt").write_text(TEXT, encoding="utf-8")
    assert groundwire("add", "mill.txt").code == 0


@pytest.mark.usefixtures("library")
def test_a_configured_model_writes_the_answer_and_it_is_verified(
    groundwire: Groundwire, configured: Any
) -> None:
    configured.text = json.dumps(WRITTEN)
    done = groundwire("ask", ASKED, "--json")
    assert done.code == 0
    given = done.json
    assert given["status"] == "answered"
    (sentence,) = given["sentences"]
    assert sentence["text"] == "The mill at Brackwater was built in 1874."
    assert sentence["verdict"] == "supported"
    (citation,) = sentence["citations"]
    assert citation["quote"] == TEXT
    assert given["usage"]["llm_calls"] == 1
    assert given["usage"]["prompt_tokens"] > 0
    assert len(configured.asked) == 1


@pytest.mark.usefixtures("library")
def test_a_model_that_refuses_the_key_fails_and_says_which_setting(
    groundwire: Groundwire, configured: Any
) -> None:
    configured.play("401")
    done = groundwire("ask", ASKED, "--json")
    assert done.code == 1
    assert done.json["status"] == "failed"
    assert "llm.chat.api_key" in done.json["reason"]
    assert "sk-very-secret" not in done.out


@pytest.mark.usefixtures("library")
def test_with_a_fallback_the_local_engine_answers_and_says_so(
    groundwire: Groundwire, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LLM__FALLBACK", "local")
    configured.play("401")
    given = groundwire("ask", ASKED, "--json").json
    assert given["status"] in {"answered", "abstained"}
    assert "language model" in given["reason"]


@pytest.mark.usefixtures("library")
def test_a_run_asks_no_more_often_than_its_limit(
    groundwire: Groundwire, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LIMITS__LLM_CALLS", "1")
    configured.text = "no JSON at all"
    given = groundwire("ask", ASKED, "--json").json
    assert given["status"] == "failed"
    assert len(configured.asked) == 1
