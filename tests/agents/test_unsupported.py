"""What becomes of a sentence that is not supported: dropped or marked, and never kept unsaid."""

import io
import json
from collections.abc import Callable

import pytest

from groundwire.agents import Tools, ask
from groundwire.app.cli_answers import show_answer
from groundwire.app.cli_console import open_console
from groundwire.app.page_markdown import as_markdown
from groundwire.app.page_payload import answer_payload
from groundwire.app.page_sources import Standing
from groundwire.core.errors import SettingsError
from groundwire.core.schema import Answer, Status, Verdict
from groundwire.core.settings import load_settings
from groundwire.core.wire import answer_from_json, as_json

QUESTION = "When did the harbour of Tarnholm open?"
Build = Callable[..., Tools]


async def answer_with(scripted: Build, *verdicts: Verdict, unsupported: str) -> Answer:
    return await ask(QUESTION, tools=scripted(*verdicts, answer__unsupported=unsupported))


async def test_sentences_are_dropped_unless_it_is_set_otherwise(scripted: Build) -> None:
    verdicts = Verdict.SUPPORTED, Verdict.UNSUPPORTED
    unset = await ask(QUESTION, tools=scripted(*verdicts))
    found = await answer_with(scripted, *verdicts, unsupported="drop")
    assert unset.sentences == found.sentences
    assert {one.verdict for one in found.sentences} == {Verdict.SUPPORTED}
    assert found.status is Status.PARTIAL
    assert "left out" in (found.reason or "")


async def test_a_marked_sentence_stays_with_its_verdict(scripted: Build) -> None:
    verdicts = Verdict.SUPPORTED, Verdict.UNSUPPORTED, Verdict.CONTRADICTED
    found = await answer_with(scripted, *verdicts, unsupported="mark")
    assert [one.verdict for one in found.sentences[:3]] == list(verdicts)
    assert found.status is Status.PARTIAL
    assert "are marked so" in (found.reason or "")
    supported, unsupported, contradicted = (one.text for one in found.sentences[:3])
    assert found.text.startswith(
        f"{supported} {unsupported} (unsupported) {contradicted} (contradicted)"
    )


async def test_an_answer_without_a_supported_sentence_is_none_either_way(scripted: Build) -> None:
    for unsupported in ("drop", "mark"):
        found = await answer_with(scripted, Verdict.UNSUPPORTED, unsupported=unsupported)
        assert (found.status, found.sentences, found.text) == (Status.ABSTAINED, (), "")


async def test_where_all_is_supported_nothing_is_marked(scripted: Build) -> None:
    found = await answer_with(scripted, Verdict.SUPPORTED, unsupported="mark")
    assert (found.status, found.reason) == (Status.ANSWERED, None)
    assert found.text == " ".join(one.text for one in found.sentences)


async def test_the_mark_is_seen_wherever_the_answer_is_shown(
    scripted: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    verdicts = Verdict.SUPPORTED, Verdict.UNSUPPORTED
    found = await answer_with(scripted, *verdicts, unsupported="mark")
    console = open_console(io.StringIO())
    show_answer(console, found)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    doubtful = sum(one.verdict is Verdict.UNSUPPORTED for one in found.sentences)
    assert printed.count("(unsupported)") == doubtful > 0
    assert as_markdown(found).count("*(unsupported)*") == doubtful
    drawn = answer_payload(found, lambda _: Standing.HERE)
    assert [item["note"] for item in drawn["sentences"]].count("not supported") == doubtful
    assert drawn["title"] == "Only part of this is supported by your documents."
    assert answer_from_json(json.loads(json.dumps(as_json(found)))) == found


def test_any_other_fate_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"answer\.unsupported"):
        load_settings(environ={"GROUNDWIRE_ANSWER__UNSUPPORTED": "keep"})
