"""Pairs of evidence and claim made by rule are labelled with what holds."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.training.entailment_examples import (
    EntailmentExample,
    Label,
    make_examples,
    sentences,
)
from groundwire.training.mined import MinedPassage, MinedQuestion
from groundwire.training.verification_data import read_judged

MILL = MinedPassage(
    title="Orrin Mill",
    text=(
        "The mill at Orrin was built in 1874 by the Pell brothers. Tamsin Pell ran it for 30 years "
        "with her sister Jory. It grinds rye and barley for the bakers of Tarnholm."
    ),
)
INN = MinedPassage(
    title="Heron Inn",
    text="The Heron Inn at Sandhollow has nine beds. It was opened by Gwillam Sedge in 1911.",
)
ONE = MinedQuestion(
    source="squad",
    text="When was the mill at Orrin built?",
    answers=("1874",),
    start=MILL.text.index("1874"),
    gold=(MILL,),
    negatives=(INN,),
)


def made(question: MinedQuestion, *, times: int = 200, hard: int = 1) -> list[EntailmentExample]:
    return list(make_examples([question] * times, seed=3, hard=hard))


def test_as_many_hold_as_do_not() -> None:
    labels = Counter(one.label is Label.SUPPORTED for one in made(ONE))
    assert labels[True] == pytest.approx(labels[False], rel=0.1)


def test_a_claim_that_holds_gives_the_answer_or_a_sentence_of_its_passage() -> None:
    for one in made(ONE):
        if one.label is Label.SUPPORTED:
            said = one.sentence.rstrip(".")
            assert "1874" in said or said.split(",")[0] in one.evidence
            assert MILL.text[:20] in one.evidence or said in one.evidence


def test_what_contradicts_differs_from_what_holds() -> None:
    holding = {(one.evidence, one.sentence) for one in made(ONE) if one.label is Label.SUPPORTED}
    others = {(one.evidence, one.sentence) for one in made(ONE) if one.label > Label.SUPPORTED}
    assert not holding & others


def test_evidence_that_does_not_say_it_is_neutral() -> None:
    neutral = [one for one in made(ONE) if one.label is Label.NEUTRAL]
    elsewhere = [one for one in neutral if "Heron Inn at Sandhollow" in one.evidence]
    assert elsewhere
    # Claims of several sentences join what it says with what it does not.
    single = [one for one in neutral if len(sentences(one.sentence)) == 1]
    assert any("1874" in one.sentence for one in single)
    assert not any("1874" in one.sentence and "1874" in one.evidence for one in single)


def test_pairs_that_differ_by_one_thing_can_be_made_more_often() -> None:
    def share(hard: int) -> float:
        against = [one for one in made(ONE, times=400, hard=hard) if one.label > Label.SUPPORTED]
        return sum(one.label is not Label.NEUTRAL for one in against) / len(against)

    assert share(3) > share(1) + 0.1


def test_over_several_passages_all_of_them_are_the_evidence() -> None:
    question = MinedQuestion(
        source="hotpotqa",
        text="Were Orrin Mill and the Heron Inn built in one year?",
        answers=("no",),
        start=None,
        gold=(MILL, INN),
        negatives=(),
    )
    found = [one for one in made(question, times=1) if one.label is not Label.NEUTRAL]
    assert all("Orrin" in one.evidence and "Heron Inn" in one.evidence for one in found)
    by_label = {one.label: one.sentence for one in found}
    assert "yes" in by_label[Label.CONTRADICTED]
    assert "no" in by_label[Label.SUPPORTED].removesuffix(".").split()


def test_a_question_without_an_answer_makes_nothing() -> None:
    assert made(replace(ONE, answers=())) == []


def test_sentences_are_cut_where_a_capital_follows() -> None:
    text = 'It is 3.5 m long. "Old" it is! approx. ten. And new.'
    assert sentences(text) == ["It is 3.5 m long.", '"Old" it is! approx. ten.', "And new."]


def test_judged_claims_are_read_with_their_source_and_split(tmp_path: Path) -> None:
    licensed = {"premise": "It rains.", "hypothesis": "It is wet.", "source": "wice"}
    rows = [
        licensed | {"label": "supported", "split": "dev"},
        licensed | {"label": "partially_supported", "split": "dev"},
        licensed | {"label": "contradiction", "split": "train"},
    ]
    claims = [
        {"claim_string": "It is so.", "evidence": ["First.", "Second."], "support": "Complete"},
        {"claim_string": "It was so.", "evidence": ["First."], "support": "Missing"},
        {"claim_string": "Unjudged.", "evidence": ["First."], "support": "N/A"},
        {"claim_string": "Without evidence.", "evidence": [], "support": "Complete"},
    ]
    expert = {"split": "dev", "answers": {"some model": {"claims": claims}}}
    licensed_file = tmp_path / "licensed.jsonl"
    licensed_file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "expertqa-claims.jsonl").write_text(json.dumps(expert) + "\n", encoding="utf-8")
    found = [(one.source, one.split, one.example.label) for one in read_judged(tmp_path)]
    assert found == [
        ("wice", "dev", Label.SUPPORTED),
        ("wice", "dev", Label.NOT),
        ("wice", "train", Label.CONTRADICTED),
        ("expertqa", "dev", Label.SUPPORTED),
        ("expertqa", "dev", Label.NOT),
    ]
    assert [one.example.evidence for one in read_judged(tmp_path)][3] == "First.\nSecond."
