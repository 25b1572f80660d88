"""What people see of an evaluation, in a real Chromium: the report, and its part of the page."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.eval.report import render_report
from groundwire.eval.runs import runs_folder, write_cases, write_results
from groundwire.eval.schema import Estimate, Run

pytestmark = pytest.mark.skipif(
    not (shutil.which("chromium") or shutil.which("chromium-browser")),
    reason="no Chromium on this machine (Debian: apt-get install chromium)",
)
sync_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is missing")
expect = sync_api.expect
MakeRun = Callable[..., Run]
Open = Callable[..., "sync_api.Page"]

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "tests" / "output"
WAIT_MS = 60_000
SCREENS = [
    {"scheme": scheme, "width": width} for scheme in ("light", "dark") for width in (1200, 390)
]
HOSTILE = "<script>document.title='stolen'</script> <img src=http://attacker.example/x.png> :red[x]"


def hostile(run: Run) -> Run:
    """The run with texts of somebody who wishes no good in all of its cases."""
    cases = (replace(case, question=HOSTILE, text=HOSTILE, kind=HOSTILE) for case in run.cases)
    return replace(run, cases=tuple(cases))


def shoot(page: "sync_api.Page", name: str, *, whole: bool = False) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page.wait_for_timeout(600)
    page.screenshot(path=OUTPUT / f"evaluation-{name}.png", full_page=whole)


def drawn(page: "sync_api.Page") -> list[bool]:
    """Of every picture whether the browser could draw it."""
    return page.locator(".gw-run img").evaluate_all("all => all.map(one => one.naturalWidth > 0)")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: "-".join(map(str, screen.values())))
def test_the_report_opens_from_a_file_and_fits_the_screen(
    tmp_path: Path, make_run: MakeRun, open_page: Open, screen: dict[str, Any]
) -> None:
    cheap = {"F1": Estimate(mean=0.3, low=0.2, high=0.4, n=12)}
    run = hostile(make_run(scores=(1, 0.4, 0) * 4, baselines={"first-sentence": cheap}))
    report = tmp_path / "report.html"
    report.write_text(render_report(run), encoding="utf-8")
    page = open_page(report.as_uri(), **screen)
    expect(page.get_by_role("heading", name="local on mills")).to_be_visible()
    assert drawn(page) == [True] * 7
    page.locator("details.case summary").first.click()
    expect(page.locator("blockquote").first).to_contain_text("The mill number 2 grinds rye.")
    shoot(page, "report-{scheme}-{width}".format(**screen), whole=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert page.title() == "local on mills"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluation") / "home"


@pytest.fixture(scope="module")
def address(
    home: Path, serve: Callable[[Path, Path], AbstractContextManager[str]]
) -> Iterator[str]:
    home.mkdir()
    with serve(home, ROOT / "app" / "chat_page.py") as address:
        yield f"{address}/?view=evaluation"


@pytest.fixture
def runs(home: Path, make_run: MakeRun) -> None:
    """Two runs of a task and a damaged one, where the page looks for them."""
    for system, score in (("steady", 0.9), ("hasty", 0.1)):
        folder = runs_folder(home) / system
        folder.mkdir(parents=True, exist_ok=True)
        run = hostile(make_run(system, scores=(score,) * 30))
        write_results(folder, run.results)
        write_cases(folder, run.cases)
    damaged = runs_folder(home) / "damaged"
    damaged.mkdir(exist_ok=True)
    (damaged / "results.json").write_text("{")


@pytest.mark.usefixtures("runs")
def test_runs_are_listed_opened_and_compared(address: str, open_page: Open) -> None:
    page = open_page(address)
    row = page.locator(".row", has_text="steady on mills")
    expect(row).to_contain_text("F1 90.0", timeout=WAIT_MS)
    expect(page.locator(".row", has_text="damaged").locator(".reason")).to_contain_text("results")
    shoot(page, "list")
    row.locator("button.main").click()
    heading = page.get_by_role("heading", name="steady on mills")
    expect(heading).to_be_visible(timeout=WAIT_MS)
    assert drawn(page) == [True] * 7
    page.locator("details.case summary").first.click()
    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator(".question").first).to_have_text(HOSTILE)
    shoot(page, "run")
    choice = page.get_by_role("combobox", name="Compare with")
    choice.scroll_into_view_if_needed()
    page.wait_for_timeout(600)  # a list that opens while the page still scrolls closes again
    choice.click()
    page.get_by_role("option", name="hasty").click()
    verdict = page.locator(".gw-verdicts li").first
    expect(verdict).to_contain_text(
        "steady is better than hasty by 80.0 points of F1", timeout=WAIT_MS
    )
    shoot(page, "comparison")
    page.reload()
    expect(verdict).to_contain_text("80.0 points of F1", timeout=WAIT_MS)
    choice.click()
    page.get_by_role("option", name="No other run").click()
    expect(heading).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="All runs").click()
    expect(row).to_be_visible(timeout=WAIT_MS)
    assert page.title() == "groundwire"


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_evaluation_fits_a_narrow_screen(address: str, open_page: Open, scheme: str) -> None:
    page = open_page(address, width=390, scheme=scheme)
    page.locator(".row", has_text="hasty on mills").locator("button.main").click(timeout=WAIT_MS)
    expect(page.get_by_role("heading", name="hasty on mills")).to_be_visible(timeout=WAIT_MS)
    shoot(page, f"run-{scheme}-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="steady").click()
    expect(page.locator(".gw-verdicts li").first).to_be_visible(timeout=WAIT_MS)
    shoot(page, f"comparison-{scheme}-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
