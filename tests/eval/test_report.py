"""The report as a reader has it: one file, all that was found, and every text as text."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from groundwire.eval.report import render_report, render_run
from groundwire.eval.schema import Case, Estimate, Run

MakeRun = Callable[..., Run]
HOSTILE = "<script>alert('&')</script> {{ 7 * 6 }} <img src=http://attacker.example/x.png>"
VOID = {"img", "meta", "br", "link"}
BLOCKS = {"td", "th", "dt", "dd", "footer"}


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, and its text outside of styles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.text += " " * (tag in BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += " " * (tag in BLOCKS)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def read(run: Run) -> Reader:
    page = Reader(render_report(run))
    assert page.open == []
    return page


def with_cases(run: Run, change: Callable[[Case], Case]) -> Run:
    return replace(run, cases=tuple(change(case) for case in run.cases))


def test_the_report_tells_what_was_measured(make_run: MakeRun) -> None:
    cheap = {"F1": Estimate(mean=0.123, low=0.1, high=0.2, n=3)}
    run = make_run(baselines={"first-sentence": cheap}, notices=("Two lines were empty.",))
    words = read(run).words
    for expected in (
        *("local on mills", "3 questions, 0 failed", "local reaches F1 46.7 on mills"),
        *("F1 46.7 36.7 to 56.7 3 12.3", "EM 33.3"),
        *("ROUGE-L not scored: no reference in Latin letters or digits", "Two lines were empty."),
        *("Risk and coverage.", "Reliability of support.", "Latency."),
        *("p95 30 ms", "questions a second 50", "passages read 18", "LLM calls 0"),
        *("commit abc", "settings.read 6"),
    ):
        assert expected in words


def test_a_case_is_shown_with_how_it_came_about(make_run: MakeRun) -> None:
    words = read(make_run(scores=(0.0,))).words
    for expected in (
        *("1 worst case", "What does the mill number 0 grind?", "rye / some rye", "F1 0.0"),
        *("Support 0.800", "mill found at rank 2", "mill 0 original", "supported 0.800"),
        *("The mill number 0 grinds rye. mill, 0 to 29", "search 8 ms, read 2 ms"),
    ):
        assert expected in words


def test_the_worst_case_stands_first(make_run: MakeRun) -> None:
    words = read(make_run(scores=(1.0, 0.0, 0.5))).words
    places = [words.index(f"What does the mill number {number} grind?") for number in (1, 2, 0)]
    assert places == sorted(places)


def test_kinds_are_told_apart_where_there_are_several(make_run: MakeRun) -> None:
    run = make_run()
    assert "By kind of question" not in read(run).words
    several = with_cases(run, lambda case: replace(case, kind=f"of {case.id}"))
    assert "of q0 1 100.0 100.0 100.0" in read(several).words


def test_the_report_needs_nothing_but_itself_and_runs_nothing(make_run: MakeRun) -> None:
    page = read(make_run())
    html = render_report(make_run(measures={}))
    addresses = [
        value for _, attributes in page.elements for value in map(attributes.get, ("src", "href"))
    ]
    assert all(value is None or value.startswith("data:image/svg+xml;") for value in addresses)
    assert not re.search(r"https?:|@import|url\(", html)
    assert "script" not in {tag for tag, _ in page.elements}
    policies = [found.get("content") for _, found in page.elements if "http-equiv" in found]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_texts_of_strangers_are_shown_as_texts(make_run: MakeRun) -> None:
    run = make_run(
        HOSTILE,
        task=HOSTILE,
        notices=(HOSTILE,),
        unscored={HOSTILE: HOSTILE},
        fingerprint={HOSTILE: HOSTILE},
        usage={HOSTILE: 1},
        baselines={HOSTILE: {}},
        measures={},
    )
    citation = {"source": HOSTILE, "start": 0, "end": 9, "quote": HOSTILE}
    trace = {
        "queries": [{"text": HOSTILE, "kind": HOSTILE}],
        "sentences": [{"text": HOSTILE, "verdict": HOSTILE, "citations": [citation]}],
        "evidence": [{"id": HOSTILE, "score": 1}],
        "reason": HOSTILE,
        "steps": {HOSTILE: 1.0},
    }
    texts = {"id": HOSTILE, "question": HOSTILE, "status": HOSTILE, "short_answer": HOSTILE}
    more = {"text": f"{HOSTILE}.", "error": HOSTILE, "kind": HOSTILE, "answers": (HOSTILE,)}
    places = {"ranking": (HOSTILE,), "relevant": (HOSTILE,), "trace": trace}
    hostile = with_cases(run, lambda case: replace(case, **texts, **more, **places))
    page = read(hostile)
    assert {"script"} & {tag for tag, _ in page.elements} == set()
    assert all("attacker" not in (found.get("src") or "") for _, found in page.elements)
    # 13 of a run, its title among them, and 15 of each of its three cases.
    assert page.text.count(HOSTILE) >= 13 + 3 * 15
    assert "42" not in page.text


def test_what_no_page_can_show_does_not_keep_a_report_from_being_written(make_run: MakeRun) -> None:
    run = with_cases(make_run(measures={}), lambda case: replace(case, question="a\0b\ud800c"))
    assert "a\ufffdb\ufffdc" in render_report(run).encode().decode()


def test_a_system_that_only_searches_has_a_report(make_run: MakeRun) -> None:
    searched = {"status": "retrieved", "text": "", "short_answer": None, "support": None}
    run = make_run(measures={"nDCG@10": Estimate(mean=0.4, low=0.3, high=0.5, n=3)})
    page = read(
        with_cases(run, lambda case: replace(case, **searched, measures={"nDCG@10": 0.4}, trace={}))
    )
    assert "local reaches nDCG@10 40.0" in page.words
    assert "Risk and coverage" not in page.words
    assert "Answered" not in page.words
    assert "mill found at rank 2" in page.words


def test_a_run_of_one_question_has_a_report(make_run: MakeRun) -> None:
    assert "1 question, 0 failed" in read(make_run(scores=(1.0,))).words


def test_a_run_that_failed_altogether_says_so(make_run: MakeRun) -> None:
    broken = {"status": "failed", "measures": {}, "support": None, "error": "The model is gone."}
    run = make_run(measures={}, failed=3, latency_seconds={}, throughput_per_second=0.0)
    page = read(with_cases(run, lambda case: replace(case, **broken, ranking=(), trace={})))
    assert "Nothing could be scored: every question failed." in page.words
    assert page.words.count("The model is gone.") == 3
    assert "mill not found" in page.words


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ({"answerable": None, "answers": None}, False),
        ({"answerable": False, "answers": None}, True),
        ({"answerable": None, "answers": ()}, True),
    ],
)
def test_only_what_is_known_of_the_gold_is_said(
    make_run: MakeRun, gold: dict[str, Any], *, said: bool
) -> None:
    unknown = {"measures": {}, "relevant": (), **gold}
    page = read(with_cases(make_run(measures={}), lambda case: replace(case, **unknown)))
    assert "Gold passages" not in page.words
    assert ("Gold answer none: it cannot be answered" in page.words) is said


def test_an_abstention_says_why(make_run: MakeRun) -> None:
    nothing = {"status": "abstained", "text": "", "short_answer": None}
    trace = {"reason": "No sentence has enough support."}
    page = read(
        with_cases(make_run(measures={}), lambda case: replace(case, **nothing, trace=trace))
    )
    assert "Answered nothing" in page.words
    assert "Reason No sentence has enough support." in page.words


def test_the_part_for_the_page_holds_the_same(make_run: MakeRun) -> None:
    run = make_run(measures={})
    assert render_run(run) in render_report(run)
