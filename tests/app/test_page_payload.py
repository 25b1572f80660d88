"""What the page is given of an answer: its sentences, sources, and the risk it was given under."""

import json
from dataclasses import replace

import pytest

from groundwire.app.assurance_text import describe_assurance
from groundwire.app.page_payload import answer_payload
from groundwire.app.page_sources import Standing
from groundwire.core.schema import (
    Answer,
    Assurance,
    Citation,
    Evidence,
    Passage,
    Sentence,
    Status,
    Verdict,
)

FEES = Citation(
    document_id="d",
    source="/files/rules.md",
    title="Rules",
    start=10,
    end=31,
    quote="The fee is\n12 crowns.",
    page=2,
    heading="Fees",
)
HOURS = replace(FEES, start=40, end=60, quote="It is open from nine.", heading="Hours")
ANSWERED = Answer(
    question="What is the fee?",
    status=Status.ANSWERED,
    text="The fee is 12 crowns.",
    short_answer="12 crowns",
    sentences=(
        Sentence(text="The fee is 12 crowns.", citations=(FEES, FEES), verdict=Verdict.SUPPORTED),
        Sentence(text="It is open.", citations=(HOURS, FEES), verdict=Verdict.CONTRADICTED),
    ),
)
NEAREST = Passage(
    document_id="d", source="/files/rules.md", title="Rules", start=0, end=900, text="fee " * 225
)
CERTIFIED = Assurance(threshold=0.31, risk=0.25, confidence=0.9, task="my-questions", questions=240)


def payload(answer: Answer, standing: Standing = Standing.HERE) -> dict[str, object]:
    drawn = answer_payload(answer, lambda _: standing)
    return dict(json.loads(json.dumps(drawn)))  # what goes to the browser is JSON


def test_every_sentence_has_the_numbers_of_its_sources_once() -> None:
    drawn = payload(ANSWERED)
    assert drawn["short"] == "12 crowns"
    assert drawn["sentences"] == [
        {"text": "The fee is 12 crowns.", "verdict": "supported", "numbers": [1], "note": None},
        {
            "text": "It is open.",
            "verdict": "contradicted",
            "numbers": [2, 1],
            "note": "contradicted by your documents",
        },
    ]
    assert drawn["label"] == "Sources"
    assert drawn["sources"] == [
        {
            "number": number,
            "title": "Rules",
            "where": f"page 2 · {heading}",
            "path": "/files/rules.md",
            "excerpt": None,
            "warning": "",
        }
        for number, heading in ((1, "Fees"), (2, "Hours"))
    ]


@pytest.mark.parametrize("standing", [Standing.CHANGED, Standing.GONE])
def test_a_source_that_went_is_said_to_be_gone(standing: Standing) -> None:
    drawn = answer_payload(ANSWERED, lambda _: standing)
    assert all("This is the quote as it was." in one["warning"] for one in drawn["sources"])


def test_an_abstention_shows_the_nearest_passages_in_short_and_nothing_to_copy() -> None:
    abstained = Answer(
        question="Who?",
        status=Status.ABSTAINED,
        reason="No sentence found answers it.",
        evidence=(Evidence(passage=NEAREST, score=0.4),),
    )
    drawn = answer_payload(abstained, lambda _: Standing.HERE)
    assert drawn["title"] == "Your documents do not seem to answer this."
    assert drawn["notes"] == ["No sentence found answers it."]
    assert (drawn["label"], drawn["markdown"], drawn["sentences"]) == ("Nearest passages", None, [])
    (source,) = drawn["sources"]
    assert source["excerpt"] == NEAREST.text[:400]


def test_an_answer_kept_as_text_alone_is_shown() -> None:
    drawn = answer_payload(replace(ANSWERED, sentences=(), text="Twelve."), lambda _: Standing.HERE)
    assert [one["text"] for one in drawn["sentences"]] == ["Twelve."]
    assert drawn["sources"] == []


def test_the_risk_in_force_and_where_it_was_calibrated_are_said() -> None:
    drawn = payload(replace(ANSWERED, assurance=CERTIFIED))
    assert drawn["assurance"] == (
        "At most 25 % of such answers are wrong, with confidence 0.9 (threshold 0.31), as "
        "certified on my-questions (240 questions)."
    )
    # An answer kept from before there was any promises nothing.
    assert payload(ANSWERED)["assurance"] is None


@pytest.mark.parametrize(
    ("assurance", "said"),
    [
        (replace(CERTIFIED, risk=None), "No risk is certified at the threshold 0.31"),
        (replace(CERTIFIED, threshold=None), "No threshold keeps the stated risk on my-questions"),
        (
            replace(CERTIFIED, other_models=("reader",)),
            "with other models (reader). `groundwire calibrate TASK`",
        ),
        (
            replace(CERTIFIED, other_models=("reader",), threshold=None),
            "No risk is certified and nothing is answered",
        ),
        (replace(CERTIFIED, task="a\x1b[31mb"), "certified on a"),
    ],
)
def test_what_is_not_promised_is_said_as_plainly(assurance: Assurance, said: str) -> None:
    text = describe_assurance(assurance)
    assert said in text
    assert "\x1b" not in text
