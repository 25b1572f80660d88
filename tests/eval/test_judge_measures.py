from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import pytest

from groundwire.core.errors import ModelError, UsageError
from groundwire.core.findings import Message
from groundwire.core.schema import (
    Answer,
    Citation,
    Sentence,
    Status,
)
from groundwire.eval.citation_measures import QUOTE_EXACT
from groundwire.eval.judge_measures import judge_measures
from groundwire.eval.judge_panel import Panel
from groundwire.eval.judging import Judge, shipped_judges
from groundwire.eval.measure import Unscored
from groundwire.eval.measures import parse_measure, score_outcomes
from groundwire.eval.schema import Outcome, Question
from groundwire.models import ScriptedLanguageModel
from groundwire.prompts import load_prompt

SENTENCE = re.compile(r"<sentence \w+>\n(.*)\n</sentence")
VERDICTS = {"+": "supported", "~": "partially supported", "-": "not supported"}


def cited(text: str, *quotes: str) -> Sentence:
    citations = tuple(
        Citation(document_id="d", source="s", title="t", start=0, end=len(quote), quote=quote)
        for quote in quotes
    )
    return Sentence(text=text, citations=citations)


def answered(key: str, *texts: str, status: Status = Status.ANSWERED) -> Outcome:
    sentences = tuple(cited(text, f"Quote of {text}") for text in texts)
    answer = Answer(question="What?", status=status, sentences=sentences)
    return Outcome(question=Question(id=key, text="What?"), seconds=0.0, answer=answer)


def by_sentence(script: Mapping[str, str], name: str = "pinned") -> ScriptedLanguageModel:
    """Says of each sentence the verdicts of its signs, in turn; ``!`` is a broken reply."""
    signs: dict[str, Iterator[str]] = {text: iter(said) for text, said in script.items()}

    def reply(messages: Sequence[Message]) -> str:
        found = SENTENCE.search(messages[0].text)
        assert found
        sign = next(signs[found[1]])
        return json.dumps({"reason": "", "verdict": VERDICTS[sign]}) if sign != "!" else "What?"

    return ScriptedLanguageModel(reply, name=name)


def alone(script: Mapping[str, str], *, repeats: int) -> Panel:
    rubric = load_prompt("judge_support")
    return Panel([Judge(model=by_sentence(script), rubric=rubric, repeats=repeats)])


def scores(panel: Panel, outcome: Outcome) -> dict[str, float | Unscored]:
    return {str(one): one.score([outcome])[0] for one in judge_measures(panel)}


def test_mean_and_spread_are_over_the_repeats() -> None:
    panel = alone({"One.": "+-", "Two.": "+~"}, repeats=2)
    found = scores(panel, answered("q", "One.", "Two."))
    assert found == {
        "JudgeFaithfulness[pinned/judge_support]": 0.5,  # all in the first repeat, none after
        "JudgeSpread[pinned/judge_support]": pytest.approx(0.5**0.5),
        "JudgeUnanimous[pinned/judge_support]": 0.0,
        "JudgeNoVerdict[pinned/judge_support]": 0.0,
    }


def test_a_steady_judge_has_no_spread() -> None:
    found = scores(alone({"One.": "+++", "Two.": "---"}, repeats=3), answered("q", "One.", "Two."))
    assert list(found.values()) == [0.5, 0.0, 1.0, 0.0]


def test_no_verdict_is_counted_and_never_zero() -> None:
    panel = alone({"One.": "!!+", "Two.": "!!!!", "Three.": "--"}, repeats=2)
    found = scores(panel, answered("q", "One.", "Two.", "Three."))
    assert found["JudgeFaithfulness[pinned/judge_support]"] == pytest.approx((0 + 0.5) / 2)
    assert found["JudgeNoVerdict[pinned/judge_support]"] == pytest.approx(3 / 6)
    assert found["JudgeUnanimous[pinned/judge_support]"] == 1.0  # of the one with two verdicts


def test_without_any_verdict_it_is_unscored_with_the_reason() -> None:
    model = ScriptedLanguageModel(lambda _: "Nothing.")
    found = scores(Panel(shipped_judges(model)), answered("q", "One."))
    assert isinstance(found["JudgeFaithfulness[majority]"], Unscored)
    single = found["JudgeFaithfulness[scripted/judge_gaps]"]
    assert isinstance(single, Unscored)
    assert "wrong form" in single.reason
    assert found["JudgeNoVerdict[scripted/judge_gaps]"] == 1.0


def test_one_repeat_has_no_spread() -> None:
    found = scores(alone({"One.": "+"}, repeats=1), answered("q", "One."))
    assert isinstance(found["JudgeSpread[pinned/judge_support]"], Unscored)
    assert isinstance(found["JudgeUnanimous[pinned/judge_support]"], Unscored)


def test_a_panel_tells_its_majority_and_each() -> None:
    rubric = load_prompt("judge_gaps")
    scripts = [
        {"One.": "+", "Two.": "+", "Three.": "-"},
        {"One.": "+", "Two.": "-", "Three.": "-"},
        {"One.": "-", "Two.": "!!", "Three.": "+"},
    ]
    judges = [
        Judge(model=by_sentence(script, name), rubric=rubric, repeats=1)
        for script, name in zip(scripts, "abc", strict=True)
    ]
    found = scores(Panel(judges), answered("q", "One.", "Two.", "Three."))
    # One: two of three. Two: a tie of those with a verdict, so not supported. Three: one of three.
    assert found["JudgeFaithfulness[majority]"] == pytest.approx(1 / 3)
    each = [found[f"JudgeFaithfulness[{name}/judge_gaps]"] for name in "abc"]
    assert each == [pytest.approx(2 / 3), pytest.approx(1 / 3), 0.5]


def test_an_answer_is_judged_once_for_all_measures() -> None:
    model = by_sentence({"One.": "++", "Two.": "++"})
    panel = Panel([Judge(model=model, rubric=load_prompt("judge_support"), repeats=2)])
    outcomes = [answered("q1", "One."), answered("q2", "Two.")]
    for measure in judge_measures(panel):
        measure.score(outcomes)
    assert len(model.asked) == 4
    assert panel.usage.llm_calls == 4
    assert [(one.id, one.number, one.text) for one in panel.judged] == [
        ("q1", 1, "One."),
        ("q2", 1, "Two."),
    ]


async def test_it_scores_within_a_run_beside_other_measures() -> None:
    panel = alone({"One.": "+++"}, repeats=3)
    judges = judge_measures(panel)
    outcomes = [
        answered("q1", "One."),
        answered("q2", status=Status.ABSTAINED),
        answered("q3"),
        Outcome(question=Question(id="q4", text="?"), seconds=0.0),
    ]
    (first, *others), reasons = score_outcomes(outcomes, [QUOTE_EXACT, *judges])
    assert first.measures["JudgeFaithfulness[pinned/judge_support]"] == 1.0
    assert "Faithfulness" not in first.measures
    assert all(not case.measures for case in others)
    assert reasons["JudgeFaithfulness[pinned/judge_support]"]
    assert parse_measure("JudgeFaithfulness[pinned/judge_support]", judges=judges) == judges[0]


def test_a_failing_model_does_not_stop_a_run() -> None:
    model = ScriptedLanguageModel([ModelError("The server is away.")] * 6)
    found = scores(Panel(shipped_judges(model)), answered("q", "One."))
    single = found["JudgeFaithfulness[scripted/judge_support]"]
    assert isinstance(single, Unscored)
    assert "The server is away." in single.reason


def test_judges_need_names_of_their_own() -> None:
    with pytest.raises(UsageError, match="or none"):
        Panel([])
    with pytest.raises(UsageError, match="pinned/judge_support, pinned/judge_support"):
        Panel([*alone({}, repeats=1).judges, *alone({}, repeats=2).judges])


def test_the_identity_of_a_panel_names_every_judge() -> None:
    panel = Panel(shipped_judges(ScriptedLanguageModel([], name="pinned")))
    assert list(panel.identity) == ["pinned/judge_support", "pinned/judge_gaps"]
    assert all("repeats" in one for one in panel.identity.values())
