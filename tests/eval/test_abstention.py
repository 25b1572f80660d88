"""When to answer: the fit follows the cases, and the report counts them as they are."""

import json
import logging
import random
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.eval.abstention import Case, fit_calibration, main, report


def make_cases(count: int) -> list[Case]:
    """Right sentences are nearer and cover more of the question, with noise."""
    draw = random.Random(7)  # noqa: S311 - no secret
    cases = []
    for number in range(count):
        right = number % 2 == 0
        level = 0.6 if right else 0.4
        cases.append(
            Case(
                article=f"article {number % 10}",
                answerable=right or number % 4 == 1,
                right=right,
                f1=float(right),
                nearness=draw.gauss(level, 0.1),
                coverage=draw.gauss(level, 0.1),
            )
        )
    return cases


def test_the_fit_tells_right_from_wrong() -> None:
    cases = make_cases(400)
    fitted = fit_calibration(cases)
    assert fitted.nearness > 0
    assert fitted.coverage > 0
    assert fitted.support(0.7, 0.7) > fitted.threshold > fitted.support(0.3, 0.3)
    found = report(cases, fitted)
    assert found["questions"] == 400
    assert found["AUC of right"] > 0.95
    assert found["right sentence, if answered"] > found["right sentence, if answerable"]


def test_never_answering_is_right_about_the_unanswerable_alone() -> None:
    cases = make_cases(40)
    silent = replace(fit_calibration(cases), threshold=1.0)
    found = report(cases, silent)
    assert (found["F1 answerable"], found["F1 unanswerable"]) == (0.0, 1.0)
    assert (found["answered"], found["right sentence, if answered"]) == (0.0, 0.0)


def test_the_command_fits_on_every_other_article(
    judged: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "groundwire.eval.abstention"):
        main([str(judged), "4"])
    fitted, *reports = [record.getMessage() for record in caplog.records]
    assert set(json.loads(fitted)) == {"bias", "nearness", "coverage", "threshold"}
    assert [row.split(" {")[0] for row in reports] == ["fitted on", "held back"]
