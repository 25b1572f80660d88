from groundwire.app.page_steps import (
    SHOWN,
    found_so_far,
    headline,
    steps_of_answer,
    steps_of_events,
)
from groundwire.core.schema import (
    Answer,
    Event,
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


def passage(number: int) -> Passage:
    return Passage(
        document_id=str(number),
        source=f"/{number}.md",
        title=f"Title <{number}>",
        start=0,
        end=4,
        text="Text",
        page=number,
        heading="Fees",
    )


HITS = [Hit(passage=passage(n), score=0.5, scores={"bm25": 3.25, "dense": 0.75}) for n in range(9)]
EVIDENCE = [Evidence(passage=passage(n), score=0.25) for n in range(3)]
SENTENCES = [
    Sentence(text="It <b>is</b> so.", citations=(), verdict=Verdict.SUPPORTED, support=0.9),
    Sentence(text="Or not.", citations=()),
]
EVENTS = [
    Event(step="rewrite", seconds=0.011, data={"queries": [Query(text="what <i>is</i> it")]}),
    Event(step="search", seconds=0.5, data={"hits": HITS}),
    Event(step="rerank", seconds=0.6, data={"evidence": EVIDENCE}),
    Event(step="read", seconds=0.7, data={"sentences": SENTENCES}),
    Event(step="novelty", seconds=0.8),
    Event(step="answer", seconds=0.9, data={"answer": None}),
]


def test_each_step_shows_what_it_found_and_when() -> None:
    page = steps_of_events(EVENTS)
    for words in ("What to look for", "0.01 s", "what &lt;i&gt;is&lt;/i&gt; it", "original"):
        assert words in page
    for words in ("9 passages", "Title &lt;0&gt; · page 0 · Fees", "0.500 (bm25 3.25 dense 0.75)"):
        assert words in page
    for words in ("3 passages", "0.250", "supported 0.90", "not checked yet", "novelty"):
        assert words in page
    assert "<i>is</i>" not in page
    assert page.count("Title &lt;") == SHOWN + 3
    assert "0.90 s" not in page


def test_a_kept_answer_tells_its_steps_again() -> None:
    answer = Answer(
        question="What?",
        status=Status.ANSWERED,
        sentences=tuple(SENTENCES),
        evidence=tuple(EVIDENCE),
        queries=(Query(text="what", kind=QueryKind.REWRITE), Query(text="who")),
        usage=Usage(
            seconds=1.26, llm_calls=1, prompt_tokens=1000, completion_tokens=500, cost_usd=0.0125
        ),
    )
    assert headline(answer) == "2 queries, 3 passages, 1.3 s"
    page = steps_of_answer(answer)
    for words in ("rewrite", "3 passages", "supported 0.90", "1 model call, 1,500 tokens, 0.0125"):
        assert words in page


def test_an_answer_without_steps_shows_none() -> None:
    answer = Answer(question="What?", status=Status.FAILED)
    assert headline(answer) == "0 queries, 0 passages, 0.0 s"
    assert steps_of_answer(answer) == '<div class="gw-steps" dir="auto"></div>'


def test_the_best_found_so_far_is_the_latest_ranking() -> None:
    assert found_so_far(EVENTS) == EVIDENCE
    assert [one.passage for one in found_so_far(EVENTS[:2])] == [hit.passage for hit in HITS]
    assert found_so_far(EVENTS[:1]) == []


def test_what_led_to_what_is_drawn_by_the_passage_it_began_at() -> None:
    over = Link(document_id="0", start=1, end=3, via="<Name>")
    lost = Link(document_id="9", start=1, end=3, via="likeness")
    evidence = [
        EVIDENCE[0],
        *(Evidence(passage=passage(n), score=0.2, chain=(over,)) for n in (1, 2)),
        Evidence(passage=passage(3), score=0.1, chain=(lost,)),
    ]
    answer = Answer(question="What?", status=Status.ANSWERED, evidence=tuple(evidence))
    page = steps_of_answer(answer)
    assert page.count('class="gw-chain"') == 2
    assert page.count("&lt;Name&gt;") == 2
    first, second = page.split('class="gw-chain"')[1:]
    assert first.index("Title &lt;0&gt;") < first.index("Title &lt;1&gt;")
    assert "Title &lt;2&gt;" in first
    assert "a passage that was left out" in second


def test_where_the_question_found_all_nothing_is_drawn() -> None:
    answer = Answer(question="What?", status=Status.ANSWERED, evidence=tuple(EVIDENCE))
    assert "What led to what" not in steps_of_answer(answer)
