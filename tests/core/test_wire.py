"""The JSON form: the keys that scripts rely on, and nothing lost on the way."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.core.outcomes import Outcome
from groundwire.core.schema import (
    Answer,
    Assurance,
    Citation,
    Evidence,
    Hit,
    Link,
    Passage,
    Query,
    QueryKind,
    Sentence,
    Status,
    Usage,
    Verdict,
)
from groundwire.core.wire import answer_from_json, as_json

TEXTS = st.text(max_size=20)
PLACES = st.integers(min_value=0, max_value=10**9)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PAGES = st.none() | st.integers(min_value=1, max_value=5000)
HEADINGS = st.none() | TEXTS

CITATIONS = st.builds(
    Citation,
    document_id=TEXTS,
    source=TEXTS,
    title=TEXTS,
    start=PLACES,
    end=PLACES,
    quote=TEXTS,
    page=PAGES,
    heading=HEADINGS,
)
PASSAGES = st.builds(
    Passage,
    document_id=TEXTS,
    source=TEXTS,
    title=TEXTS,
    start=PLACES,
    end=PLACES,
    text=TEXTS,
    page=PAGES,
    heading=HEADINGS,
)
LINKS = st.builds(Link, document_id=TEXTS, start=PLACES, end=PLACES, via=TEXTS)
ANSWERS = st.builds(
    Answer,
    question=TEXTS,
    status=st.sampled_from(Status),
    text=TEXTS,
    short_answer=st.none() | TEXTS,
    sentences=st.lists(
        st.builds(
            Sentence,
            text=TEXTS,
            citations=st.lists(CITATIONS, max_size=3).map(tuple),
            verdict=st.sampled_from(Verdict),
            support=st.floats(min_value=0, max_value=1),
        ),
        max_size=3,
    ).map(tuple),
    evidence=st.lists(
        st.builds(
            Evidence,
            passage=PASSAGES,
            score=NUMBERS,
            chain=st.lists(LINKS, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    queries=st.lists(st.builds(Query, text=TEXTS, kind=st.sampled_from(QueryKind)), max_size=3).map(
        tuple
    ),
    reason=st.none() | TEXTS,
    usage=st.builds(Usage, seconds=NUMBERS, llm_calls=PLACES, cost_usd=NUMBERS),
    run_id=TEXTS,
    assurance=st.none()
    | st.builds(
        Assurance,
        threshold=st.none() | NUMBERS,
        risk=st.none() | NUMBERS,
        confidence=NUMBERS,
        task=TEXTS,
        questions=PLACES,
        other_models=st.lists(TEXTS, max_size=2).map(tuple),
    ),
    language_model=st.none() | TEXTS,
)

PASSAGE = Passage(
    document_id="d1", source="/a.md", title="A", start=3, end=6, text="abc", page=2, heading="H"
)
CITATION = Citation(document_id="d1", source="/a.md", title="A", start=3, end=6, quote="abc")
ANSWER = Answer(
    question="?",
    status=Status.ANSWERED,
    sentences=(Sentence(text="abc", citations=(CITATION,), verdict=Verdict.SUPPORTED),),
    evidence=(Evidence(passage=PASSAGE, score=0.5),),
    queries=(Query(text="?"),),
)


@given(ANSWERS)
def test_an_answer_comes_back_as_it_was(answer: Answer) -> None:
    assert answer_from_json(json.loads(json.dumps(as_json(answer)))) == answer


def test_an_answer_kept_before_risks_were_stated_still_loads() -> None:
    data = as_json(ANSWER)
    del data["assurance"]
    assert answer_from_json(data) == ANSWER


def test_an_assurance_kept_before_it_named_other_models_still_loads() -> None:
    assured = Assurance(threshold=0.5, risk=0.2, confidence=0.9, task="mills", questions=100)
    data = as_json(replace(ANSWER, assurance=assured))
    del data["assurance"]["other_models"]
    assert answer_from_json(data).assurance == assured


PLACE = {"document_id", "source", "title", "start", "end", "page", "heading"}


def test_the_keys_of_an_answer_are_those_of_the_contract() -> None:
    data = as_json(ANSWER)
    said = {"question", "status", "text", "short_answer", "sentences", "reason"}
    assured = {"assurance", "language_model"}
    assert set(data) == said | assured | {"evidence", "queries", "usage", "run_id", "steps"}
    assert set(data["sentences"][0]) == {"text", "verdict", "support", "citations"}
    assert set(data["sentences"][0]["citations"][0]) == PLACE | {"quote"}
    assert set(data["evidence"][0]) == PLACE | {"text", "score", "chain"}
    tokens = {"prompt_tokens", "completion_tokens"}
    assert set(data["usage"]) == {"seconds", "llm_calls", "cached_calls", "cost_usd"} | tokens


def test_the_keys_of_a_hit_are_those_of_the_contract() -> None:
    data = as_json(Hit(passage=PASSAGE, score=0.5, scores={"dense": 0.9}))
    assert set(data) == PLACE | {"text", "score", "scores", "chain"}
    assert data["scores"] == {"dense": 0.9}


def test_a_link_of_a_chain_has_the_keys_of_the_contract() -> None:
    link = Link(document_id="d", start=1, end=2, via="Voltmere")
    data = as_json(Evidence(passage=PASSAGE, score=1.0, chain=(link,)))
    assert data["chain"] == [{"document_id": "d", "start": 1, "end": 2, "via": "Voltmere"}]


def test_what_is_found_directly_has_an_empty_chain_and_what_is_missing_is_null() -> None:
    data = as_json(ANSWER)
    assert data["evidence"][0]["chain"] == []
    assert data["short_answer"] is None
    assert data["sentences"][0]["citations"][0]["page"] is None


def test_words_of_a_fixed_set_are_plain_strings() -> None:
    assert type(as_json(Outcome.ADDED)) is str
    verdicts = {as_json(verdict) for verdict in Verdict}
    assert verdicts == {"supported", "unsupported", "contradicted", "unchecked"}
    assert {as_json(one) for one in Status} == {"answered", "partial", "abstained", "failed"}


@pytest.mark.parametrize("missing", ["status", "sentences", "usage", "question"])
def test_what_is_no_answer_is_refused(missing: str) -> None:
    data = as_json(ANSWER)
    del data[missing]
    with pytest.raises((KeyError, TypeError)):
        answer_from_json(data)
