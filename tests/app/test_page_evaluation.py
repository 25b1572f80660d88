"""The evaluation's part of the page, as Streamlit runs it without a browser."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from groundwire.eval.runs import runs_folder, write_cases, write_results
from groundwire.eval.schema import Run

SCRIPT = Path(__file__).parents[2] / "app" / "chat_page.py"
HOSTILE = "<script>alert(1)</script> :red[x]"

MakeRun = Callable[..., Run]
Keep = Callable[..., str]
Start = Callable[..., AppTest]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the page on the test's own home, at the evaluation or at a part of it."""
    monkeypatch.setenv("GROUNDWIRE_ENCODER__MODEL", "hash")
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "sentences")

    def begin(**address: str) -> AppTest:
        page = AppTest.from_file(str(SCRIPT), default_timeout=60)
        for name, value in {"view": "evaluation", **address}.items():
            page.query_params[name] = value
        return page.run()

    yield begin
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def keep(own_home: Path) -> Keep:
    """Writes a run where `groundwire eval run` would; gives its folder."""

    def write(run: Run, name: str = "one") -> str:
        folder = runs_folder(own_home) / name
        folder.mkdir(parents=True)
        write_results(folder, run.results)
        write_cases(folder, run.cases)
        return str(folder)

    return write


def shown(page: AppTest) -> str:
    """All that the page says through its own blocks of text."""
    assert not page.exception
    bodies = [block.proto.body for block in page.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def listed(page: AppTest) -> list[dict[str, Any]]:
    """The rows of the list of runs."""
    protos = [element.proto for element in page.get("bidi_component")]
    lists = [json.loads(one.json) for one in protos if one.component_name == "groundwire.rows"]
    return [row for found in lists for row in found["rows"]]


def test_without_a_run_it_says_how_to_make_one(start: Start) -> None:
    page = start()
    assert [code.value for code in page.code] == ["groundwire eval run FOLDER"]
    page.button(key="back").click().run()
    assert "Ask your own documents." in shown(page)
    page.button(key="to-evaluation").click().run()
    assert page.code[0].value == "groundwire eval run FOLDER"


def test_runs_are_listed_with_their_main_measures(
    start: Start, keep: Keep, make_run: MakeRun
) -> None:
    folder = keep(make_run())
    (row,) = listed(start())
    assert (row["id"], row["title"]) == (folder, "local on mills")
    assert row["detail"].startswith("3 questions · 20")
    assert row["figures"].startswith("F1 46.7 (36.7 to 56.7) · EM 33.3 (")


def test_a_damaged_run_is_told_and_the_others_are_listed(
    start: Start, keep: Keep, make_run: MakeRun, own_home: Path
) -> None:
    keep(make_run())
    damaged = runs_folder(own_home) / "two" / "results.json"
    damaged.parent.mkdir()
    damaged.write_text("{")
    rows = {row["title"]: row for row in listed(start())}
    assert str(damaged) in rows["two"]["reason"]
    assert rows["two"]["badge"] == "damaged"
    assert "local on mills" in rows
    assert "Run the evaluation again." in shown(start(run=str(damaged.parent)))


def test_a_run_is_opened_with_tables_plots_and_its_worst_cases(
    start: Start, keep: Keep, make_run: MakeRun
) -> None:
    page = start(run=keep(make_run()))
    said = shown(page)
    assert "local reaches F1 46.7 on mills" in said
    assert said.count("data:image/svg+xml;base64,") == 7
    assert "What does the mill number 2 grind?" in said
    page.button(key="all-runs").click().run()
    assert "run" not in page.query_params
    assert len(listed(page)) == 1


def test_a_run_that_changed_on_disk_is_shown_as_it_is_now(
    start: Start, keep: Keep, make_run: MakeRun
) -> None:
    folder = keep(make_run())
    page = start(run=folder)
    write_results(Path(folder), replace(make_run().results, system="changed"))
    assert "changed on" not in shown(page)
    assert "changed reaches F1" in shown(page.run())


def test_two_runs_of_a_task_are_compared_in_words(
    start: Start, keep: Keep, make_run: MakeRun
) -> None:
    good = keep(make_run("good", scores=(1.0,) * 40), "one")
    poor = keep(make_run("poor", scores=(0.0,) * 40), "two")
    keep(make_run("other", task="barns"), "three")
    page = start(run=poor)
    assert len(page.selectbox[0].options) == 2
    page.selectbox[0].select(good).run()
    said = shown(page)
    assert page.query_params["with"] == good
    assert "good is better than poor by 100.0 points of F1" in said
    verdicts, table = said.index("points of F1"), said.index("gw-table")
    assert verdicts < table
    assert "&lt; 0.001" in said
    assert "A difference is that of good over poor." in said
    assert [each.label for each in page.expander] == ["The other measures in words"]
    page.selectbox[0].select_index(0).run()
    assert "poor reaches F1 0.0" in shown(page)


def test_runs_that_cannot_be_compared_say_why(start: Start, keep: Keep, make_run: MakeRun) -> None:
    one = keep(make_run(), "one")
    two = keep(make_run(fingerprint={"task_content": "another"}), "two")
    assert "different questions or passages" in shown(start(run=one, **{"with": two}))


def test_an_address_opens_only_what_is_a_run(start: Start, keep: Keep, make_run: MakeRun) -> None:
    keep(make_run())
    page = start(run="/etc")
    assert "not there any more" in shown(page)
    assert len(listed(page)) == 1


def test_texts_of_strangers_stay_texts(start: Start, keep: Keep, make_run: MakeRun) -> None:
    run = make_run(HOSTILE, task=HOSTILE)
    cases = tuple(replace(case, question=HOSTILE) for case in run.cases)
    one = keep(replace(run, cases=cases), "one")
    two = keep(replace(run, cases=cases), "two")
    for page in (start(run=one), start(run=one, **{"with": two})):
        assert "<script>" not in shown(page)
        assert "&lt;script&gt;" in shown(page)


def test_the_chat_does_not_wait_for_statistics_and_plots() -> None:
    code = "import sys, groundwire.app.page_frame; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not {"scipy", "statsmodels", "matplotlib", "jinja2.environment"} & loaded
