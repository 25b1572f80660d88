"""The first local reader: verbatim sentences with exact citations, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groundwire.agents.first_sentence_reader import FirstSentenceReader
from groundwire.agents.likeness import Likeness
from groundwire.agents.score_verifier import ScoreVerifier
from groundwire.agents.sentence_reader import SentenceReader, states_something
from groundwire.core.schema import Draft, Evidence, Passage, Verdict
from groundwire.models import HashEncoder
from groundwire.retrievers import TermWeights

BEFORE = 1000
"""Where the passages of these tests stand in their document."""


def weigh(question: str) -> TermWeights:
    words = question.lower().replace("?", "").split()
    return TermWeights(analyser="plain", weights=dict.fromkeys(words, 1.0), most=1.0)


def evidence(text: str, score: float = 1.0) -> Evidence:
    passage = Passage(
        document_id="d",
        source="/files/a.md",
        title="A",
        start=BEFORE,
        end=BEFORE + len(text),
        text=text,
        page=4,
        heading="A > B",
    )
    return Evidence(passage=passage, score=score)


def read(question: str, *texts: str, sentences: int = 3) -> Draft:
    reader = SentenceReader(HashEncoder(), weigh, sentences=sentences)
    return reader.read(question, [evidence(text) for text in texts])


def assert_verbatim(draft: Draft, texts: Sequence[str]) -> None:
    for sentence in draft.sentences:
        (citation,) = sentence.citations
        assert citation.quote == sentence.text
        start, end = citation.start - BEFORE, citation.end - BEFORE
        assert any(text[start:end] == citation.quote for text in texts)


def test_the_sentence_that_shares_most_with_the_question_comes_first() -> None:
    text = "The mill grinds rye and barley. The harbour of Tarnholm opened in 1921. It rains a lot."
    draft = read("When did the harbour of Tarnholm open?", text)
    assert draft.sentences[0].text == "The harbour of Tarnholm opened in 1921."
    assert draft.short_answer == "1921"


def test_a_citation_names_document_place_page_and_heading() -> None:
    text = "  The harbour of Tarnholm opened in 1921.  \n"
    (citation,) = read("When did the harbour open?", text).sentences[0].citations
    assert (citation.document_id, citation.source, citation.title) == ("d", "/files/a.md", "A")
    assert (citation.page, citation.heading) == (4, "A > B")
    assert text[citation.start - BEFORE : citation.end - BEFORE] == citation.quote
    assert citation.quote == citation.quote.strip()


def test_nothing_to_read_is_an_empty_draft() -> None:
    assert read("Who?") == Draft()
    assert read("Who?", "  \n\n ") == Draft()


def test_the_same_sentence_is_drafted_once() -> None:
    text = "The harbour of Tarnholm opened in 1921.\n"
    draft = read("When did the harbour of Tarnholm open?", text * 3, text)
    assert [sentence.text for sentence in draft.sentences] == [text.strip()]


def test_no_more_sentences_than_asked_for() -> None:
    text = " ".join(f"Boat {number} of the harbour is a ferry." for number in range(9))
    assert len(read("Which boat of the harbour is a ferry?", text, sentences=2).sentences) == 2


def test_a_heading_is_no_sentence() -> None:
    text = "## When did the harbour open?\n\nIt opened in the spring of 1921.\n"
    draft = read("When did the harbour open?", text)
    assert [sentence.text for sentence in draft.sentences] == ["It opened in the spring of 1921."]


def test_the_rule_of_a_table_is_no_sentence() -> None:
    assert read("What is the fee?", "|:------------|------------:|\n") == Draft()


def test_a_short_sentence_of_a_script_without_blanks_can_be_read() -> None:
    assert read("등대는 언제 섰습니까?", "등대는 1930년에 섰다.\n").sentences


@given(
    st.lists(
        st.text(alphabet=st.sampled_from("ab1. \n\t#|-é가。?!"), max_size=200),
        min_size=1,
        max_size=4,
    ),
    st.text(min_size=1, max_size=30),
)
@example(["1?\uac001?1"], "0")  # its only sentence has a score below 0
def test_whatever_is_read_is_verbatim(texts: list[str], question: str) -> None:
    draft = read(question, *texts)
    assert_verbatim(draft, texts)
    drafted = [sentence.text for sentence in draft.sentences]
    assert len(drafted) == len(set(drafted)) <= 3
    if draft.short_answer is not None:
        assert any(draft.short_answer in text for text in drafted)


def test_reading_is_the_same_each_time_and_ties_keep_their_order() -> None:
    texts = ["First comes the harbour here. Later comes the harbour here."] * 2
    drafts = [read("Where comes the harbour?", *texts) for _ in range(3)]
    assert drafts[0] == drafts[1] == drafts[2]


# --- verifying -----------------------------------------------------------------------------------


def verifier(threshold: float) -> ScoreVerifier:
    return ScoreVerifier(Likeness(HashEncoder(), weigh), threshold=threshold)


QUESTION = "When did the harbour of Tarnholm open?"
DRAFT = read(QUESTION, "The harbour of Tarnholm opened in 1921. The mill grinds rye.", sentences=5)


@pytest.mark.parametrize(
    ("threshold", "verdict"), [(0.0, Verdict.SUPPORTED), (1.0, Verdict.UNSUPPORTED)]
)
def test_support_from_the_threshold_on_is_enough(threshold: float, verdict: Verdict) -> None:
    judged = verifier(threshold).verify(QUESTION, DRAFT, [])
    assert [one.text for one in judged] == [one.text for one in DRAFT.sentences]
    assert [one.citations for one in judged] == [one.citations for one in DRAFT.sentences]
    assert {one.verdict for one in judged} == {verdict}
    assert all(0 <= one.support <= 1 for one in judged)


def test_what_has_nothing_to_do_with_the_question_has_less_support() -> None:
    related = read("harbour", "The harbour of Tarnholm opened in 1921.").sentences
    unrelated = read("rye", "Rye grows in poor soil everywhere.").sentences
    draft = Draft(sentences=(*related, *unrelated))
    first, second = verifier(0.5).verify(QUESTION, draft, [])
    assert first.support > second.support


def test_an_empty_draft_has_nothing_to_verify() -> None:
    assert verifier(0.5).verify(QUESTION, Draft(), []) == []


def test_a_sentence_is_judged_with_the_title_it_stands_under() -> None:
    (bare,) = read("open", "It opened in the year 1921.").sentences
    citation = bare.citations[0]
    titled = replace(bare, citations=(replace(citation, title="The harbour of Tarnholm"),))
    plain, helped = verifier(0.5).verify(QUESTION, Draft(sentences=(bare, titled)), [])
    assert helped.support > plain.support


def test_a_list_of_web_addresses_is_no_answer() -> None:
    assert not states_something(
        "(http://example.org/sport/football/teams/norwich.stm). The Sport Page."
    )
    assert states_something(
        "The form that you need is at https://example.org/form on the second page."
    )


def test_the_title_line_of_a_passage_is_not_read_as_a_sentence() -> None:
    text = "The harbour and the fees of Tarnholm\nThe fee of the harbour is 12 euros. It rains."
    passage = replace(evidence(text).passage, title="The harbour and the fees of Tarnholm")
    reader = SentenceReader(HashEncoder(), weigh, sentences=1)
    draft = reader.read("fees of the harbour", [Evidence(passage=passage, score=1.0)])
    assert [one.text for one in draft.sentences] == ["The fee of the harbour is 12 euros."]
    assert_verbatim(draft, [text])


def test_the_cheap_reader_takes_the_first_sentence_of_the_best_passage() -> None:
    texts = ["# Fees\n\nSee?", "The harbour opened in 1921. It has boats.", "A third says more."]
    draft = FirstSentenceReader().read("When did it open?", [evidence(text) for text in texts])
    assert [one.text for one in draft.sentences] == ["The harbour opened in 1921."]
    assert draft.short_answer == "1921"
    assert_verbatim(draft, texts)
    assert FirstSentenceReader().read("When did it open?", [evidence("# Fees")]) == Draft()
