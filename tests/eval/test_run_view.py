from collections.abc import Callable
from dataclasses import replace

from groundwire.eval.run_plots import pictures
from groundwire.eval.run_view import (
    flattened,
    in_words,
    leading_measure,
    main_finding,
    main_measures,
    rows_by_kind,
)
from groundwire.eval.schema import Estimate, Run

MakeRun = Callable[..., Run]


def estimate(mean: float) -> Estimate:
    return Estimate(mean=mean, low=mean - 0.05, high=mean + 0.05, n=40)


def test_right_answers_are_looked_at_before_rankings() -> None:
    names = ["R@5", "nDCG@10", "ECE", "EM", "F1"]
    assert main_measures(names) == ["F1", "EM", "nDCG@10", "R@5"]
    assert leading_measure(names) == "F1"
    assert leading_measure(["RR", "nDCG@10"]) == "nDCG@10"


def test_without_a_usual_measure_the_first_ones_stand_for_the_run() -> None:
    assert main_measures(["a", "b", "c", "d", "e"]) == ["a", "b", "c", "d"]
    assert leading_measure(["b", "a"]) == "b"
    assert leading_measure([]) is None


def test_a_value_is_told_with_its_interval() -> None:
    assert in_words(Estimate(mean=0.5234, low=0.48, high=0.5618, n=9)) == "52.3 (48.0 to 56.2)"


def test_the_finding_says_how_good_it_is_and_against_what(make_run: MakeRun) -> None:
    baselines = {"first-sentence": {"F1": estimate(0.3)}, "always-abstain": {"F1": estimate(0.7)}}
    results = make_run(measures={"F1": estimate(0.5)}, baselines=baselines).results
    assert main_finding(results) == (
        "local reaches F1 50.0 on mills (95 % interval 45.0 to 55.0, n = 40). "
        "The best of the cheap baselines, always-abstain, reaches 70.0: that is more."
    )
    weaker = replace(results, baselines={"first-sentence": {"F1": estimate(0.3)}})
    assert main_finding(weaker).endswith(
        "The cheap baseline, first-sentence, reaches 30.0: that is less."
    )
    equal = replace(results, baselines={"first-sentence": {"F1": estimate(0.5)}})
    assert main_finding(equal).endswith("that is as much.")
    assert main_finding(replace(results, baselines={})).endswith("n = 40).")


def test_where_nothing_could_be_scored_the_finding_says_why(make_run: MakeRun) -> None:
    results = make_run(measures={}).results
    assert main_finding(results) == "Nothing could be scored: see the reasons below."
    assert "every question failed" in main_finding(replace(results, failed=3))


def test_kinds_have_means_over_the_cases_that_were_scored(make_run: MakeRun) -> None:
    one, two, three = make_run(scores=(1.0, 0.5, 0.0)).cases
    cases = [replace(one, kind="easy"), replace(two, kind="easy"), replace(three, measures={})]
    easy, rest = rows_by_kind(cases, ["F1", "RR"])
    assert (easy.kind, easy.n, easy.means) == ("easy", 2, {"F1": 0.75})
    assert (rest.kind, rest.n, rest.means) == ("without a kind", 1, {})


def test_a_single_kind_is_no_table(make_run: MakeRun) -> None:
    assert rows_by_kind(make_run().cases, ["F1"]) == []


def test_a_fingerprint_is_rows_of_dotted_names() -> None:
    found = flattened({"seed": 0, "settings": {"answer": {"read": 6}, "page": None}})
    assert found == [("seed", "0"), ("settings.answer.read", "6"), ("settings.page", "None")]


def test_a_run_is_drawn_as_far_as_there_is_something_to_draw(make_run: MakeRun) -> None:
    run = make_run(baselines={"first-sentence": {"AnswerContained": estimate(0.3)}})
    drawn = {part: [one.title for one in found] for part, found in pictures(run).items()}
    assert drawn == {
        "measures": ["Main measures"],
        "support": ["Risk and coverage", "Reliability of support"],
        "scores": ["F1", "EM", "AnswerContained"],
        "latency": ["Latency"],
    }
    assert "first-sentence" in pictures(run)["support"][0].svg


def test_what_failed_altogether_is_not_drawn(make_run: MakeRun) -> None:
    run = make_run(measures={})
    failed = [replace(one, status="failed", measures={}, support=None) for one in run.cases]
    assert not any(pictures(replace(run, cases=tuple(failed))).values())
