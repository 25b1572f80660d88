"""Any text against the library: verdicts, the characters they rest on, and odd texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.agents import (
    CheckCounts,
    CheckedSentence,
    check_citation,
    check_claims,
    count_verdicts,
    find_claims,
)
from groundwire.core.errors import LedgerError, UsageError
from groundwire.core.schema import Verdict
from groundwire.core.settings import ReadingSettings
from groundwire.models import ScriptedEntailment
from groundwire.retrievers import Library, Scope, document_from_bytes, remove_documents

Script = Callable[[str, str], float]


def repeats(evidence: str, sentence: str) -> float:
    """Supports what stands in the evidence word for word."""
    return 0.9 if sentence in " ".join(evidence.split()) else 0.1


def never(_evidence: str, _sentence: str) -> float:
    return 0.0


def check(
    library: Library,
    text: str,
    judge: ScriptedEntailment | None = None,
    *,
    scope: Scope | None = None,
) -> list[CheckedSentence]:
    document = document_from_bytes("text.md", text.encode("utf-8"), ReadingSettings())
    chosen = judge or ScriptedEntailment(repeats)
    claims = find_claims(document)
    found = list(check_claims(library, chosen, claims=claims, scope=scope))
    for sentence in found:
        assert document.text[sentence.start : sentence.end] == sentence.text
        if sentence.evidence is not None:
            check_citation(library, sentence.evidence)
    return found


def test_a_sentence_is_supported_by_the_sentence_that_says_it(library: Library) -> None:
    (found,) = check(library, "Kestrel Looms employs 34 people in Sandhollow.")
    assert found.verdict is Verdict.SUPPORTED
    assert found.support == 0.9
    assert found.evidence is not None
    assert found.evidence.quote == "Kestrel Looms employs 34 people in Sandhollow."
    assert Path(found.evidence.source).name == "looms.txt"


def test_what_nothing_supports_still_shows_what_is_nearest(library: Library) -> None:
    (found,) = check(library, "Kestrel Looms makes looms for silk.")
    assert (found.verdict, found.support) == (Verdict.UNSUPPORTED, 0.1)
    assert found.evidence is not None
    assert Path(found.evidence.source).name == "looms.txt"


def test_what_a_passage_contradicts_cites_the_contradiction(library: Library) -> None:
    judge = ScriptedEntailment(
        never, contradiction=lambda evidence, _: 0.8 if "1874" in evidence else 0.1
    )
    (found,) = check(library, "The mill at Brackwater was built in 1901.", judge)
    assert (found.verdict, found.support, found.contradiction) == (Verdict.CONTRADICTED, 0.0, 0.8)
    assert found.evidence is not None
    assert found.evidence.quote == "The mill was built in 1874."


def test_support_weighs_more_than_contradiction(library: Library) -> None:
    judge = ScriptedEntailment(repeats, contradiction=lambda _evidence, _sentence: 0.95)
    (found,) = check(library, "The mill was built in 1874.", judge)
    assert found.verdict is Verdict.SUPPORTED


def test_a_passage_on_something_else_contradicts_nothing(library: Library) -> None:
    judge = ScriptedEntailment(
        never, contradiction=lambda evidence, _: 0.9 if "Ottoline" in evidence else 0.1
    )
    (found,) = check(library, "The miller at Brackwater sells flour on Sundays.", judge)
    assert (found.verdict, found.contradiction) == (Verdict.UNSUPPORTED, 0.1)


def test_a_sentence_that_leans_is_not_supported_by_a_passage_on_something_else(
    library: Library,
) -> None:
    founded = ScriptedEntailment(lambda evidence, _: 0.9 if "founded in 1952" in evidence else 0.1)
    mill = "The mill at Brackwater grinds rye and barley. It was founded in 1952."
    looms = "Kestrel Looms makes looms for wool and linen. It was founded in 1952."
    assert check(library, mill, founded)[1].verdict is Verdict.UNSUPPORTED
    assert check(library, looms, founded)[1].verdict is Verdict.SUPPORTED


def test_the_judge_is_shown_what_a_passage_is_about(library: Library) -> None:
    judge = ScriptedEntailment(repeats)
    check(library, "A night costs 12 euros for a boat in Tarnholm.", judge)
    fees = next(evidence for evidence, _ in judge.asked if "12 euros" in evidence)
    assert fees.startswith("The harbour of Tarnholm > Fees\n")


def test_what_two_sentences_say_together_is_quoted_together(library: Library) -> None:
    judge = ScriptedEntailment(
        lambda evidence, _: 0.8 if "in 1874" in evidence and "Saturdays" in evidence else 0.2
    )
    (found,) = check(library, "The mill of 1874 sells flour on Saturdays.", judge)
    assert found.evidence is not None
    assert found.evidence.quote.startswith("The mill was built in 1874.\nThe miller sells flour")
    assert "barley" not in found.evidence.quote


def test_what_claims_nothing_is_told_apart_and_not_judged(library: Library) -> None:
    judge = ScriptedEntailment(repeats)
    found = check(library, "Hello! What does the mill grind? 😀😀😀", judge)
    assert {one.verdict for one in found} == {Verdict.UNCHECKED}
    assert {(one.support, one.contradiction, one.evidence) for one in found} == {(0.0, 0.0, None)}
    assert judge.asked == []


def test_a_long_sentence_is_as_good_as_its_worst_part(library: Library) -> None:
    good = "The mill at Brackwater grinds rye and barley, " * 8
    judge = ScriptedEntailment(lambda _, sentence: 0.2 if "silk" in sentence else 0.9)
    (supported,) = check(library, good, judge)
    (unsupported,) = check(library, f"{good} and its owner sells silk.", judge)
    assert supported.verdict is Verdict.SUPPORTED
    assert (unsupported.verdict, unsupported.support) == (Verdict.UNSUPPORTED, 0.2)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "한" * 10_000, "등대는 1874년에 세워졌습니다.", "Das Boot ist grün."]
)
def test_odd_and_foreign_sentences_have_an_outcome(library: Library, text: str) -> None:
    found = check(library, text)
    assert {one.verdict for one in found} <= {Verdict.UNSUPPORTED, Verdict.UNCHECKED}
    assert "".join(one.text for one in found)


def test_another_language_is_checked_like_english(library: Library) -> None:
    (found,) = check(library, "등대는 1930년에 세워졌습니다.")
    assert found.verdict is Verdict.SUPPORTED


def test_an_unknown_collection_is_refused_before_anything_is_judged(library: Library) -> None:
    with pytest.raises(UsageError, match=r"no collection 'letters'"):
        check(library, "The mill grinds rye.", scope=Scope(collection="letters"))


def test_where_nothing_is_found_nothing_is_supported(own_library: Library) -> None:
    (found,) = check(own_library, "The mill grinds rye.")
    assert (found.verdict, found.evidence) == (Verdict.UNSUPPORTED, None)


def test_a_document_that_goes_during_the_check_is_told(
    own_library: Library, fill: Callable[[dict[str, str]], Path]
) -> None:
    fill({"mill.txt": "The mill at Brackwater grinds rye and barley. It was built in 1874."})

    def remove_then_support(_evidence: str, _sentence: str) -> float:
        if own_library.has_documents:
            list(remove_documents(own_library, "mill.txt"))
        return 0.9

    with pytest.raises(LedgerError, match="removed or replaced"):
        check(own_library, "The mill grinds rye.", ScriptedEntailment(remove_then_support))


def test_verdicts_are_counted_and_the_worst_one_is_that_of_the_text() -> None:
    def one(verdict: Verdict) -> CheckedSentence:
        return CheckedSentence(text="x", start=0, end=1, verdict=verdict)

    counts = count_verdicts(map(one, [Verdict.SUPPORTED, Verdict.SUPPORTED, Verdict.UNSUPPORTED]))
    assert counts == CheckCounts(supported=2, unsupported=1)
    assert counts.verdict is Verdict.UNSUPPORTED
    assert CheckCounts(unsupported=3, contradicted=1).verdict is Verdict.CONTRADICTED
    assert CheckCounts(supported=1, unchecked=4).verdict is Verdict.SUPPORTED
    assert CheckCounts().verdict is Verdict.UNCHECKED
