"""The command that calibrates support and certifies risks: calibrate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundwire.app.cli_command import SOME_FAILED, Result, Surroundings
from groundwire.app.cli_task import TaskCommand
from groundwire.app.cli_text import count, printable

if TYPE_CHECKING:
    from rich.console import Console

    from groundwire.agents import CertifiedRisk
    from groundwire.core.settings import Settings
    from groundwire.eval import Fit, RiskCheck, ScoredDrafts, Task

# Rows of the table: one for each of these steps, and the smallest certified risk.
STEP = 0.05


@dataclass(frozen=True, kw_only=True)
class Calibrate(TaskCommand):
    """Fit support to judged questions of your own, and certify which risks can be kept.

    TASK is as in `groundwire eval run`: a folder with queries.jsonl, or a CSV or JSON Lines file
    of questions and answers over a collection. At least 100 questions are needed; some hundreds
    certify smaller risks.
    """

    system: Annotated[str, typer.Option(metavar="NAME", help="What is calibrated.")] = "local"
    check: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=10_000, help="Look on N random splits whether risks are kept."
        ),
    ] = 0

    def run(self, surroundings: Surroundings) -> Result:
        """Ask every question, fit, and write the file at the end; exit code 3 if some failed."""
        from groundwire.agents import write_calibration
        from groundwire.eval import calibrate, check_risks

        settings = surroundings.settings()
        task = self._read_task(surroundings)
        drafts = self._ask(surroundings, settings, task)
        fit = calibrate(drafts.cases, task=task.name, seed=self.seed)
        looked = (
            check_risks(drafts.cases, splits=self.check, seed=self.seed) if self.check else None
        )
        # It is used with this reader alone: with another one the features are others.
        made = replace(fit.calibration, reader=drafts.reader, fitted_with=drafts.fitted_with)
        fit, path = replace(fit, calibration=made), write_calibration(settings.home, made)
        return Result(
            data=_as_data(path, drafts, fit, looked),
            show=lambda console: _show(console, (path, drafts, fit, looked)),
            code=SOME_FAILED if drafts.failed else 0,
        )

    def _ask(self, surroundings: Surroundings, settings: Settings, task: Task) -> ScoredDrafts:
        from groundwire.app.cli_eval_progress import watched_run
        from groundwire.eval import Watch, find_system, score_drafts

        system = find_system(self.system, settings)
        with watched_run(surroundings.log, system.name) as shown:
            watch = Watch(indexed=shown.indexed, asked=shown.asked)
            return score_drafts(task, system, settings, watch=watch)


def _as_data(
    path: Path, drafts: ScoredDrafts, fit: Fit, looked: RiskCheck | None
) -> Mapping[str, Any]:
    from groundwire.core.wire import as_json

    return {
        "file": str(path),
        "calibration": as_json(fit.calibration),
        "held_back": {
            "expected_calibration_error": fit.held_back.error,
            "area_under_roc": fit.held_back.area,
        },
        "groups": fit.groups,
        "unjudged": drafts.unjudged,
        "failed": drafts.failed,
        "check": as_json(looked),
    }


def _show(console: Console, found: tuple[Path, ScoredDrafts, Fit, RiskCheck | None]) -> None:
    from rich.text import Text

    from groundwire.app.assurance_text import describe_assurance
    from groundwire.core.settings import AnswerSettings

    path, drafts, fit, looked = found
    for line in _headlines(drafts, fit):
        console.print(Text(line), soft_wrap=True)
    _show_risks(console, fit.calibration.risks)
    if looked:
        _show_check(console, looked)
    unstated = fit.calibration.assure(AnswerSettings(), drafts.fitted_with)
    console.print(Text(f"Without a stated risk: {describe_assurance(unstated)}"), soft_wrap=True)
    console.print(f"Written to {printable(str(path))}; delete it to go back.", soft_wrap=True)


def _headlines(drafts: ScoredDrafts, fit: Fit) -> list[str]:
    calibration, worth = fit.calibration, fit.held_back
    questions = f"{count(calibration.questions, 'question')} of {printable(calibration.task)}"
    halves = f"the {fit.groups:,} articles or files they are about" if fit.groups else "questions"
    reliability = f"ECE {worth.error:.3f}, area under ROC {worth.area:.3f}"
    lines = [f"{questions}, in halves of {halves}.", f"On the half held back: {reliability}."]
    if drafts.unjudged:
        lines.append(f"{count(drafts.unjudged, 'question')} without a gold answer left out.")
    if drafts.failed:
        lines.append(f"{count(drafts.failed, 'question')} failed and are left out.")
    return lines


def _show_risks(console: Console, risks: Sequence[CertifiedRisk]) -> None:
    from groundwire.app.cli_console import new_table

    if not risks:
        console.print(
            "No risk up to 0.50 could be certified: an answer at a stated risk will abstain."
        )
        return
    numbers = ("Risk", "Threshold", "Answered")
    table = new_table(*numbers, numbers=numbers)
    for number, one in enumerate(risks):
        if number == 0 or round(one.risk / STEP, 6).is_integer():
            table.add_row(f"{one.risk:.2f}", f"{one.threshold:.4f}", f"{100 * one.answered:.1f} %")
    console.print(table)


def _show_check(console: Console, looked: RiskCheck) -> None:
    from groundwire.app.cli_console import new_table

    console.print(
        f"\nOn {count(looked.splits, 'random split')}, looked at on the other half: "
        f"ECE {looked.error:.3f}, area under ROC {looked.area:.3f}."
    )
    numbers = ("Risk", "Certified", "Exceeded", "Answered")
    table = new_table(*numbers, numbers=numbers)
    for one in looked.risks:
        table.add_row(
            f"{one.risk:.2f}", str(one.certified), str(one.exceeded), f"{100 * one.answered:.1f} %"
        )
    console.print(table)
    console.print()
