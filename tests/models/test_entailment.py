from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.core.protocols import ClaimJudge
from groundwire.models.entailment import EntailmentJudge

# To the model of these tests an eagle in the evidence supports a sentence, and a swan
# contradicts it. A sentence with a cake is supported by nothing.
CLAIM = "The mill grinds rye."
FOR, AGAINST, NEITHER = "An eagle is by the river.", "A swan is by the river.", "The river."
FILLER = "then word and rye bread " * 300


@pytest.fixture(scope="module")
def judge(entailment_folder: Path) -> EntailmentJudge:
    return EntailmentJudge(entailment_folder, threads=2)


def test_support_and_contradiction_follow_the_evidence(judge: ClaimJudge) -> None:
    pairs = [(FOR, CLAIM), (AGAINST, CLAIM), (NEITHER, CLAIM)]
    supported, contradicted, neither = judge.judge(pairs)
    assert (supported.support, supported.contradiction) == pytest.approx((0.993, 0), abs=0.01)
    assert (contradicted.support, contradicted.contradiction) == pytest.approx((0, 0.993), abs=0.01)
    assert neither.support < 0.1
    assert neither.contradiction < 0.1
    assert judge.support(pairs) == [one.support for one in (supported, contradicted, neither)]


@pytest.mark.parametrize("around", ["{} " + FILLER, FILLER + "{} " + FILLER, FILLER + "{}"])
def test_evidence_counts_wherever_it_stands_in_a_long_text(judge: ClaimJudge, around: str) -> None:
    supported, contradicted = judge.judge(
        [(around.format("eagle"), CLAIM), (around.format("swan"), CLAIM)]
    )
    assert supported.support > 0.9
    assert contradicted.contradiction > 0.9


def test_what_one_window_supports_another_does_not_contradict(judge: ClaimJudge) -> None:
    (one,) = judge.judge([(f"eagle {FILLER} swan", CLAIM)])
    assert one.support > 0.9
    assert one.contradiction <= 1 - one.support


@pytest.mark.parametrize("place", [0, 110, 250])
def test_every_part_of_a_long_sentence_is_to_be_supported(judge: ClaimJudge, place: int) -> None:
    plain = "word " * 300
    unsupported = "word " * place + "cake " + "word " * (300 - place)
    good, bad = judge.judge([(FOR, plain), (FOR, unsupported)])
    assert good.support > 0.9
    assert bad.support < 0.5


def test_a_sentence_too_long_to_be_read_is_never_supported(judge: ClaimJudge) -> None:
    (one,) = judge.judge([(FOR, "word " * 20_000)])
    assert (one.support, one.contradiction) == (0, 0)


@pytest.mark.parametrize("blank", ["", " \n"])
def test_nothing_is_said_of_nothing(judge: ClaimJudge, blank: str) -> None:
    assert judge.support([(blank, CLAIM), (FOR, blank), (blank, blank)]) == [0, 0, 0]
    assert judge.judge([]) == []


def test_odd_texts_give_a_judgement(judge: ClaimJudge) -> None:
    odd = ["🙂🙂", "\ud800 half", "물레방아는 1874년에", "a" * 100_000, "日" * 5_000, "\x00"]
    for one in judge.judge([(evidence, claim) for evidence in odd for claim in odd]):
        assert 0 <= one.support <= 1
        assert 0 <= one.contradiction <= 1 - one.support + 1e-9


def test_a_judgement_is_the_same_in_any_company(entailment_folder: Path) -> None:
    pairs = [(evidence, CLAIM) for evidence in (FOR, AGAINST, NEITHER, FILLER)] * 2
    together = EntailmentJudge(entailment_folder, threads=2).judge(pairs)
    alone = [EntailmentJudge(entailment_folder, threads=1).judge([pair])[0] for pair in pairs]
    assert together == alone


def test_calibration_moves_support_and_what_it_leaves(
    entailment_folder: Path, tmp_path: Path, with_manifest: Callable[..., None]
) -> None:
    folder = Path(shutil.copytree(entailment_folder, tmp_path / "entailment"))
    with_manifest(folder, calibration={"support": {"scale": 0.0, "bias": 0.0}})
    for one in EntailmentJudge(folder).judge([(FOR, CLAIM), (AGAINST, CLAIM)]):
        assert one.support == 0.5
        assert one.contradiction <= 0.5
