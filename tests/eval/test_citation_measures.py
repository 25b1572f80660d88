"""Measures of what answers rest on, with an entailment model by script."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.core.schema import Answer, Citation, Evidence, Passage, Sentence, Status
from groundwire.eval.citation_measures import (
    CITED_GOLD,
    MOST_PAIRS,
    QUOTE_EXACT,
    RememberedEntailment,
    cited_passage,
    entailment_measures,
)
from groundwire.eval.measure import Score, Unscored
from groundwire.eval.schema import Outcome, Question
from groundwire.models import ScriptedEntailment

NO_ANSWERS = Unscored("gives no answers")
QUESTION = Question(id="q", text="?", relevant={"a": 1, "b": 2})


def holds(evidence: str, sentence: str) -> float:
    """Evidence supports a sentence if it has all of its words."""
    return 0.5 if set(sentence.split()) <= set(evidence.split()) else 0.49


def cite(document: str, quote: str, start: int = 0) -> Citation:
    end = start + len(quote)
    return Citation(
        document_id=document, source=document, title="", start=start, end=end, quote=quote
    )


def passage(document: str, text: str, *, start: int = 0, title: str = "") -> Evidence:
    end = start + len(text)
    made = Passage(
        document_id=document, source=document, title=title, start=start, end=end, text=text
    )
    return Evidence(passage=made, score=1.0)


def answer(*sentences: tuple[str, Sequence[Citation]], evidence: Sequence[Evidence] = ()) -> Answer:
    made = tuple(Sentence(text=text, citations=tuple(cited)) for text, cited in sentences)
    return Answer(question="?", status=Status.ANSWERED, sentences=made, evidence=tuple(evidence))


ABSTAINED = Answer(question="?", status=Status.ABSTAINED)


def score_all(answers: Sequence[Answer | None]) -> dict[str, list[Score]]:
    outcomes = [Outcome(question=QUESTION, seconds=0.0, answer=one) for one in answers]
    measures = entailment_measures(ScriptedEntailment(holds))
    return {str(measure): measure.score(outcomes) for measure in measures}


def scores(one: Answer) -> tuple[Score, ...]:
    """CitationRecall, CitationPrecision and Faithfulness."""
    return tuple(column[0] for column in score_all([one]).values())


def test_a_sentence_is_recalled_if_what_it_cites_supports_it_together() -> None:
    evidence = [passage("a", "x y"), passage("b", "z")]
    one = answer(
        ("x z", [cite("a", "x"), cite("b", "z")]),  # by both
        ("x y", [cite("a", "x")]),  # by the passage, not by its quote
        ("x w", [cite("a", "x")]),
        ("w", []),
        evidence=evidence,
    )
    recall, precision, faithfulness = scores(one)
    assert recall == 2 / 4
    assert precision == 3 / 4
    assert faithfulness == 1 / 4


def test_a_citation_that_neither_supports_nor_is_needed_is_not_precise() -> None:
    evidence = [passage("a", "x y"), passage("b", "z"), passage("c", "x y v")]
    cited = [cite("a", "x"), cite("b", "z"), cite("c", "x")]
    # Both a and c support it alone, and without b the others do.
    assert scores(answer(("x y", cited), evidence=evidence))[:2] == (1.0, 2 / 3)
    # Neither alone does, and neither can be missed.
    assert scores(answer(("y z", cited[:2]), evidence=evidence))[:2] == (1.0, 1.0)
    # Without the support of all together none counts, although one citation is right.
    assert scores(answer(("x y w", cited), evidence=evidence))[:2] == (0.0, 0.0)


def test_an_answer_that_cites_nothing_has_neither_recall_nor_precision() -> None:
    assert scores(answer(("x", []))) == (0.0, 0.0, 0.0)


def test_two_quotes_of_a_passage_are_one_citation_of_it() -> None:
    twice = [cite("a", "x"), cite("a", "y", 2), cite("b", "w")]
    one = answer(("x y", twice), evidence=[passage("a", "x y"), passage("b", "w")])
    assert scores(one) == (1.0, 1 / 2, 1.0)


def test_answers_without_claims_are_not_scored() -> None:
    good = answer(("x", [cite("a", "x")]))
    for column in score_all([None, ABSTAINED, good, answer()]).values():
        assert column == [
            NO_ANSWERS,
            Unscored("no question was answered"),
            1.0,
            Unscored("its answers have no sentences"),
        ]


def test_without_a_model_nothing_is_scored_and_that_is_said() -> None:
    outcomes = [
        Outcome(question=QUESTION, seconds=0.0, answer=one)
        for one in (None, ABSTAINED, answer(("x", [cite("a", "x")])))
    ]
    for measure in entailment_measures(None):
        search, *others = measure.score(outcomes)
        assert search == NO_ANSWERS
        for score in others:
            assert isinstance(score, Unscored)
            assert score.reason.startswith("no entailment model: ")


def test_the_model_is_asked_once_for_what_several_measures_need() -> None:
    entailment = ScriptedEntailment(holds)
    one = answer(("x", [cite("a", "x")]), evidence=[passage("a", "x y")])
    outcome = Outcome(question=QUESTION, seconds=0.0, answer=one)
    for measure in entailment_measures(entailment):
        measure.score([outcome, outcome])
    # The passage for both measures of citations, and the quote for faithfulness.
    assert sorted(entailment.asked) == [("x", "x"), ("x y", "x")]


def test_what_is_remembered_is_bounded() -> None:
    entailment = ScriptedEntailment(holds)
    remembered = RememberedEntailment(entailment)
    assert remembered.name == "scripted"
    many = [("x", f"x{number}") for number in range(MOST_PAIRS + 1)]
    assert remembered.support(many) == [0.49] * len(many)
    assert remembered.support([("x", "x"), many[0], ("x", "x")]) == [0.5, 0.49, 0.5]
    assert entailment.asked[len(many) :] == [("x", "x"), many[0]]
    assert remembered.support([]) == []


def test_a_citation_rests_on_the_passage_that_holds_most_of_it() -> None:
    evidence = [
        passage("other", "0123456789"),
        passage("a", "01234", title="Mill"),
        passage("a", "456789", start=4, title="Mill"),
    ]
    cited = Citation(document_id="a", source="a", title="Mill", start=3, end=8, quote="34567")
    assert cited_passage(cited, evidence) == "Mill\n456789"
    beyond = Citation(document_id="a", source="a", title="Mill", start=10, end=12, quote="AB")
    assert cited_passage(beyond, evidence) == "Mill\nAB"
    assert cited_passage(beyond, []) == "Mill\nAB"


def test_a_title_that_the_passage_begins_with_is_not_repeated() -> None:
    cited = Citation(document_id="a", source="a", title="Mill", start=5, end=8, quote="rye")
    assert cited_passage(cited, [passage("a", "Mill\nrye", title="Mill")]) == "Mill\nrye"


@pytest.mark.parametrize(
    ("exact", "value"),
    [((True, True), 1.0), ((True, False, True, True), 0.75), ((), Unscored("no quote is shown"))],
)
def test_quotes_are_exact_or_not(exact: tuple[bool, ...], value: Score) -> None:
    shown = Outcome(question=QUESTION, seconds=0.0, answer=answer(), quotes_exact=exact)
    assert QUOTE_EXACT.score([shown]) == [value]


def test_gold_passages_are_cited_or_not() -> None:
    def outcome(*cited: str, given: Answer | None, question: Question = QUESTION) -> Outcome:
        texts = dict.fromkeys(cited, "text")
        return Outcome(question=question, seconds=0.0, answer=given, cited=texts)

    unjudged = Question(id="u", text="?")
    found = CITED_GOLD.score(
        [
            outcome("a", "c", given=answer()),
            outcome("b", "a", given=answer()),
            outcome(given=answer()),
            outcome(given=ABSTAINED),
            outcome(given=None),
            outcome("a", given=answer(), question=unjudged),
        ]
    )
    abstained = Unscored("no question was answered")
    assert found == [0.5, 1.0, 0.0, abstained, NO_ANSWERS, Unscored("not judged")]


def test_a_measure_prints_as_it_is_written_and_is_equal_by_that() -> None:
    with_model = entailment_measures(ScriptedEntailment(holds))
    assert with_model == entailment_measures(None)
    names = [str(measure) for measure in (QUOTE_EXACT, CITED_GOLD, *with_model)]
    assert names[:2] == ["QuoteExact", "CitedGold"]
    assert names[2:] == ["CitationRecall", "CitationPrecision", "Faithfulness"]
    assert not any(measure.is_yes_no for measure in with_model)
    assert all(measure.higher_is_better for measure in with_model)


WORDS = st.lists(st.sampled_from("xyz"), min_size=1, max_size=3).map(" ".join)
CITATIONS = st.lists(st.builds(cite, st.sampled_from("abc"), WORDS), max_size=3)
ANSWERS = st.lists(st.tuples(WORDS, CITATIONS), max_size=3).map(lambda parts: answer(*parts))


@given(st.lists(ANSWERS | st.just(ABSTAINED), max_size=4))
def test_scores_are_shares_whatever_else_is_scored_with_them(answers: list[Answer]) -> None:
    found = score_all(answers)
    for column in found.values():
        assert all(isinstance(score, Unscored) or 0 <= score <= 1 for score in column)
    apart = [scores(one) for one in answers]
    assert [tuple(row) for row in zip(*found.values(), strict=True)] == apart
