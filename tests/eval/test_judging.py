from __future__ import annotations

import json

import pytest

from groundwire.core.errors import ModelError, UsageError
from groundwire.eval.judging import Claim, Grade, Judge, majority, shipped_judges
from groundwire.models import ScriptedLanguageModel
from groundwire.prompts import Prompt, load_prompt

CLAIM = Claim(
    question="When did it open?",
    sentence="It opened in 1903.",
    quotes=("The harbour opened in 1903.", "Boats came."),
)
YES, PARTLY, NO = (
    json.dumps({"reason": "because", "verdict": verdict})
    for verdict in ("supported", "partially supported", "not supported")
)
RUBRIC = load_prompt("judge_support")


def judge(*replies: str | ModelError, repeats: int = 3) -> Judge:
    return Judge(model=ScriptedLanguageModel(replies), rubric=RUBRIC, repeats=repeats)


async def test_only_supported_counts() -> None:
    ruling = await judge(YES, PARTLY, NO).rule(CLAIM)
    assert ruling.grades == (Grade.SUPPORTED, Grade.PARTIAL, Grade.NOT)
    assert ruling.votes == (True, False, False)
    assert ruling.usage.llm_calls == 3


async def test_the_judge_sees_sentence_question_and_each_quote_as_data() -> None:
    model = ScriptedLanguageModel([YES])
    await Judge(model=model, rubric=RUBRIC, repeats=1).rule(CLAIM)
    ((message,),) = model.asked
    for text in (CLAIM.question, CLAIM.sentence, *CLAIM.quotes):
        assert f">\n{text}\n</" in message.text
    assert message.text.count("<quote ") == 3  # the form of a mark is explained by one


async def test_every_repeat_is_drawn_with_a_seed_of_its_own() -> None:
    model = ScriptedLanguageModel([YES] * 3)
    await Judge(model=model, rubric=RUBRIC).rule(CLAIM)
    assert model.seeds == [0, 1, 2]


async def test_a_broken_reply_is_mended_or_leaves_its_repeat_without_verdict() -> None:
    ruling = await judge("Hm.", YES, "Hm.", '{"verdict": "maybe"}', NO).rule(CLAIM)
    assert ruling.grades == (Grade.SUPPORTED, None, Grade.NOT)
    assert ruling.votes == (True, None, False)
    assert "'partially supported'" in ruling.problem
    assert ruling.usage.llm_calls == 5


async def test_a_failing_model_leaves_no_verdict() -> None:
    ruling = await judge(ModelError("The server is away."), YES, repeats=2).rule(CLAIM)
    assert ruling.grades == (None, Grade.SUPPORTED)
    assert ruling.problem == "The server is away."


async def test_without_quotes_nothing_is_asked_and_nothing_supported() -> None:
    ruling = await judge().rule(Claim(question="?", sentence="It is so.", quotes=()))
    assert ruling.votes == (False, False, False)
    assert ruling.usage.llm_calls == 0


@pytest.mark.parametrize(
    ("votes", "decided"),
    [
        ([True], True),
        ([True, True, False], True),
        ([True, False], False),  # a tie counts as not supported
        ([True, False, None], False),
        ([True, None, None], True),
        ([None, None], None),
        ([], None),
    ],
)
def test_the_majority_decides(*, votes: list[bool | None], decided: bool | None) -> None:
    assert majority(votes) is decided


def test_the_shipped_rubrics_differ_in_words_and_ask_for_the_same_grades() -> None:
    first, second = shipped_judges(ScriptedLanguageModel([], name="pinned"))
    assert [first.name, second.name] == ["pinned/judge_support", "pinned/judge_gaps"]
    assert first.rubric.sha256 != second.rubric.sha256
    assert first.rubric.variables == second.rubric.variables
    assert all(f'"{grade}"' in one.rubric.text for one in (first, second) for grade in Grade)


def test_what_can_change_a_verdict_is_in_the_identity() -> None:
    plain = judge()
    reworded = Prompt(name=RUBRIC.name, text=RUBRIC.text + " Be strict.")
    others = [
        judge(repeats=4),
        Judge(model=ScriptedLanguageModel([], name="other"), rubric=RUBRIC),
        Judge(model=ScriptedLanguageModel([]), rubric=reworded),
        Judge(model=ScriptedLanguageModel([]), rubric=RUBRIC, temperature=0.1),
    ]
    assert plain.identity == judge().identity
    assert all(other.identity != plain.identity for other in others)


def test_a_judge_is_asked_at_least_once() -> None:
    with pytest.raises(UsageError, match="less than once"):
        judge(repeats=0)
