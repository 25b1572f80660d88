"""Reading and ranking by a passage model, and judging the answer by an entailment model."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.agents.answer_verifier import AnswerVerifier
from groundwire.agents.calibration import Calibration
from groundwire.agents.likeness import Likeness
from groundwire.agents.model_order import ModelOrder
from groundwire.agents.span_reader import SpanReader
from groundwire.core.findings import AnswerSpan, Reading
from groundwire.core.schema import (
    Draft,
    Evidence,
    Hit,
    Passage,
    Verdict,
)
from groundwire.models import HashEncoder, ScriptedEntailment, ScriptedPassageReader
from groundwire.retrievers import TermWeights

BEFORE = 500
"""Where the passages of these tests stand in their document."""
HARBOUR = "The mill grinds rye. The harbour of Tarnholm opened in 1921. It rains."
QUESTION = "When did the harbour of Tarnholm open?"


def passage(text: str, *, title: str = "Tarnholm", heading: str | None = "History") -> Passage:
    return Passage(
        document_id="d",
        source="/files/tarnholm.md",
        title=title,
        start=BEFORE,
        end=BEFORE + len(text),
        text=text,
        heading=heading,
    )


def pointing_at(words: str, *, score: float = 5.0, sure: float = 0.9) -> ScriptedPassageReader:
    """A model that finds ``words`` wherever they stand, and nothing elsewhere."""

    def script(_question: str, text: str) -> Reading:
        start = text.find(words)
        if start < 0:
            return Reading(relevance=0.1, answers=0.1)
        span = AnswerSpan(start=start, end=start + len(words), score=score)
        return Reading(relevance=sure, answers=sure, spans=(span,))

    return ScriptedPassageReader(script)


def read(reader: ScriptedPassageReader, *passages: Passage, question: str = QUESTION) -> Draft:
    evidence = [Evidence(passage=one, score=1.0) for one in passages]
    return SpanReader(reader, sentences=3).read(question, evidence)


def test_the_sentence_around_the_span_is_cited_and_the_span_is_the_short_answer() -> None:
    draft = read(pointing_at("1921"), passage(HARBOUR))
    (sentence,) = draft.sentences
    assert sentence.text == "The harbour of Tarnholm opened in 1921."
    assert draft.short_answer == "1921"
    (citation,) = sentence.citations
    assert HARBOUR[citation.start - BEFORE : citation.end - BEFORE] == citation.quote


def test_a_span_over_two_sentences_cites_both() -> None:
    draft = read(pointing_at("rye. The harbour"), passage(HARBOUR))
    assert draft.sentences[0].text == "The mill grinds rye. The harbour of Tarnholm opened in 1921."


def test_the_title_and_heading_that_the_model_sees_are_never_cited() -> None:
    asked = pointing_at("History")
    assert read(asked, passage(HARBOUR)) == Draft()
    assert asked.asked[0][1].startswith("Tarnholm History\n")
    opening = passage("Tarnholm\nThe harbour opened in 1921.")
    assert read(pointing_at("Tarnholm"), opening) == Draft()
    assert read(pointing_at("1921"), opening).sentences[0].text == "The harbour opened in 1921."


def test_the_same_sentence_in_two_passages_is_drafted_once() -> None:
    draft = read(pointing_at("1921"), passage(HARBOUR), passage(HARBOUR, title="Copy"))
    assert len(draft.sentences) == 1


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("when did the harbour open", "when did the harbour open?"),
        ("when did the harbour open ", "when did the harbour open?"),
        ('who wrote "Emma"', 'who wrote "Emma"?'),
        ("When did the harbour open?", "When did the harbour open?"),
        ("Name the year of opening.", "Name the year of opening."),
        ("港はいつ開きましたか？", "港はいつ開きましたか？"),  # noqa: RUF001 (its own mark)
    ],
)
def test_a_question_typed_without_its_mark_is_read_with_it(typed: str, read_as: str) -> None:
    reader = pointing_at("1921")
    assert read(reader, passage(HARBOUR), question=typed).short_answer == "1921"
    assert {question for question, _ in reader.asked} == {read_as}


def test_nothing_found_is_an_empty_draft() -> None:
    assert read(pointing_at("1921"), passage("It rains.")) == Draft()
    assert read(pointing_at("1921")) == Draft()


@pytest.mark.parametrize(
    ("question", "yes", "short"),
    [
        ("Did the harbour open in 1921?", 0.9, "Yes"),
        ("Did the harbour open in 1921?", 0.1, "No"),
        ("Did the harbour open in 1921 or 1922?", 0.9, "1921"),
        ("In which year did the harbour open?", 0.9, "1921"),
    ],
)
def test_yes_or_no_is_said_only_where_it_is_asked(question: str, yes: float, short: str) -> None:
    inner = pointing_at("1921")

    def script(asked: str, text: str) -> Reading:
        return replace(inner.read(asked, [text])[0], yes=yes, no=1 - yes)

    draft = read(ScriptedPassageReader(script), passage(HARBOUR), question=question)
    assert draft.short_answer == short


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_whatever_a_model_points_at_the_citation_is_verbatim(
    text: str, one: int, other: int
) -> None:
    start, end = sorted((one, other))

    def script(_question: str, _text: str) -> Reading:
        span = AnswerSpan(start=start, end=end, score=1.0)
        return Reading(relevance=0.5, answers=0.5, spans=(span,))

    for sentence in read(ScriptedPassageReader(script), passage(text)).sentences:
        (citation,) = sentence.citations
        assert citation.quote
        assert text[citation.start - BEFORE : citation.end - BEFORE] == citation.quote


def hit(text: str, score: float) -> Hit:
    return Hit(passage=passage(text), score=score)


def test_a_relevant_passage_that_search_found_last_comes_first() -> None:
    hits = [hit("It rains.", 0.030), hit("Bees fly far.", 0.029), hit(HARBOUR, 0.028)]
    ranked = ModelOrder(pointing_at("1921")).rerank(QUESTION, hits)
    assert ranked[0].passage.text == HARBOUR
    assert len(ranked) == 3
    assert all(0 < item.score < 1 for item in ranked)


def test_where_the_model_sees_no_difference_search_decides() -> None:
    hits = [hit("It rains.", 0.03), hit("Bees fly far.", 0.02), hit("Rye grows.", 0.01)]
    ranked = ModelOrder(pointing_at("1921")).rerank(QUESTION, hits)
    assert [item.passage.text for item in ranked] == [one.passage.text for one in hits]
    assert ModelOrder(pointing_at("1921")).rerank(QUESTION, []) == []


def weigh_alike(question: str) -> TermWeights:
    words = question.lower().rstrip("?").split()
    return TermWeights(analyser="plain", weights=dict.fromkeys(words, 1.0), most=1.0)


def by_entailment(threshold: float, judge: ScriptedEntailment) -> AnswerVerifier:
    """Support is what the entailment model says, and nothing else."""
    calibration = Calibration(
        bias=0.0, weights={"entailed": 1.0}, threshold=threshold, task="none", questions=0
    )
    return AnswerVerifier(
        pointing_at("1921"),
        judge,
        Likeness(HashEncoder(), weigh_alike),
        calibration=calibration,
        threshold=threshold,
    )


def test_the_entailment_model_is_asked_about_the_answer_and_decides() -> None:
    judge = ScriptedEntailment(lambda _evidence, claim: 0.8 if "1921" in claim else 0.2)
    item = Evidence(passage=passage(HARBOUR), score=1.0)
    draft = SpanReader(pointing_at("1921"), sentences=3).read(QUESTION, [item])
    (judged,) = by_entailment(0.5, judge).verify(QUESTION, draft, [item])
    assert (judged.verdict, judged.support) == (Verdict.SUPPORTED, 0.8)
    assert judge.asked[0][1] == f"Q: {QUESTION} A: 1921"
    assert HARBOUR in judge.asked[0][0]
    (judged,) = by_entailment(0.9, judge).verify(QUESTION, draft, [item])
    assert judged.verdict is Verdict.UNSUPPORTED


def test_a_sentence_without_a_span_of_its_own_is_judged_by_what_it_cites() -> None:
    judge = ScriptedEntailment(lambda _evidence, _claim: 0.3)
    item = Evidence(passage=passage("It rains."), score=1.0)
    drafted = SpanReader(pointing_at("It"), sentences=1).read("What happens?", [item])
    (judged,) = by_entailment(0.5, judge).verify("What happens?", drafted, [item])
    assert judged.support == 0.3
    assert judge.asked == [("Tarnholm\nIt rains.", "Q: What happens? A: It")]


def test_how_sure_the_reader_was_counts_for_the_span_that_is_cited() -> None:
    judge = ScriptedEntailment(lambda _evidence, _claim: 0.5)
    item = Evidence(passage=passage(HARBOUR), score=1.0)
    draft = SpanReader(pointing_at("1921"), sentences=1).read(QUESTION, [item])
    sure = by_entailment(0.5, judge).features(QUESTION, draft, [item])
    elsewhere = by_entailment(0.5, judge).features(QUESTION, draft, [])
    assert sure[0]["span"] == 5.0
    assert elsewhere[0]["span"] < 0
    assert by_entailment(0.5, judge).features(QUESTION, Draft(), [item]) == []


def test_a_passage_about_what_is_asked_counts_for_more() -> None:
    judge = ScriptedEntailment(lambda _evidence, _claim: 0.5)
    item = Evidence(passage=passage(HARBOUR), score=1.0)
    draft = SpanReader(pointing_at("1921"), sentences=1).read(QUESTION, [item])
    (about,) = by_entailment(0.5, judge).features(QUESTION, draft, [item])
    (beside,) = by_entailment(0.5, judge).features("Who bakes bread?", draft, [item])
    assert about["nearness"] > beside["nearness"]
    assert about["coverage"] > beside["coverage"] == 0.0


def test_of_a_row_the_field_that_is_asked_for_is_the_short_answer() -> None:
    row = "Name: Nadja Corrowen; Role: Safety officer; Extension: 214"
    draft = read(pointing_at("Safety officer"), passage(row), question="What is her extension?")
    assert draft.short_answer == "214"


def test_marks_around_a_span_are_no_part_of_the_short_answer() -> None:
    draft = read(pointing_at("*Silver Otter*."), passage("The boat is the *Silver Otter*."))
    assert draft.short_answer == "Silver Otter"


def test_headings_and_questions_are_not_cited_and_the_mark_of_a_list_is_left_out() -> None:
    text = "# Opening hours\n\n- When does it open?\n- The mill opens at nine.\n"
    assert read(pointing_at("Opening hours"), passage(text)) == Draft()
    assert read(pointing_at("open?"), passage(text)) == Draft()
    assert read(pointing_at("nine"), passage(text)).sentences[0].text == "The mill opens at nine."


def test_the_answer_that_is_given_is_the_one_that_is_judged() -> None:
    judge = ScriptedEntailment(lambda _evidence, _claim: 0.5)
    row = "Name: Nadja Corrowen; Role: Safety officer; Extension: 214"
    item = Evidence(passage=passage(row), score=1.0)
    draft = SpanReader(pointing_at("Nadja"), sentences=1).read("What is her extension?", [item])
    by_entailment(0.5, judge).verify("What is her extension?", draft, [item])
    assert judge.asked[0][1] == "Q: What is her extension? A: 214"
