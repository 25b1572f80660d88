"""Two rankers and readers on the same questions: who finds the answer among look-alikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from groundwire.agents.model_order import ModelOrder
from groundwire.agents.span_reader import SpanReader
from groundwire.core.protocols import PassageReader
from groundwire.core.schema import Hit, Passage
from groundwire.eval.comparing import compare_pairs
from groundwire.eval.measures import parse_measure
from groundwire.eval.pairing import PairedRuns
from groundwire.eval.schema import Case, Comparison
from groundwire.eval.squad import exact_match, token_f1
from groundwire.retrievers import Library, search
from groundwire.training import SquadQuestion

MEASURE = "F1"
OnAsked = Callable[[int, int], None]


def try_readers(
    questions: Sequence[SquadQuestion],
    readers: Mapping[str, PassageReader],
    library: Library,
    *,
    seed: int = 0,
    on_asked: OnAsked = lambda _done, _total: None,
) -> Comparison:
    """Compare two ``readers``, by name, on ``questions`` with an answer: at least two of those.

    As when a question is asked, each orders what search finds in ``library``, which holds the
    paragraphs by their places, and takes the best span from the best passages; the paragraph that
    answers is always among them. Nobody abstains. Compared is the F1 of short answers.
    ``on_asked`` is told questions done and in all.
    """
    first, second = readers
    cases = []
    for number, question in enumerate(questions, start=1):
        hits = _candidates(library, question)
        cases.append(
            (
                _case(question, number, _answer(readers[first], question, hits, library)),
                _case(question, number, _answer(readers[second], question, hits, library)),
            )
        )
        on_asked(number, len(questions))
    paired = PairedRuns(task="held-back questions", first=first, second=second, cases=tuple(cases))
    (found,) = compare_pairs([paired], [parse_measure(MEASURE)], seed=seed)
    return found


def _candidates(library: Library, question: SquadQuestion) -> list[Hit]:
    """What search finds, with the paragraph that answers as the last where it is not found."""
    hits = search(library, question.text, k=library.settings.answer.evidence)
    if any(hit.passage.source == question.place for hit in hits):
        return hits
    text = f"{question.title}\n{question.context}"
    paragraph = Passage(
        document_id=question.place,
        source=question.place,
        title=question.title,
        start=0,
        end=len(text),
        text=text,
    )
    return [*hits, Hit(passage=paragraph, score=min((hit.score for hit in hits), default=0.0))]


def _answer(
    reader: PassageReader, question: SquadQuestion, hits: Sequence[Hit], library: Library
) -> str | None:
    chosen = library.settings.answer
    evidence = ModelOrder(reader).rerank(question.text, hits)[: chosen.read]
    drafted = SpanReader(reader, sentences=chosen.sentences).read(question.text, evidence)
    return drafted.short_answer


def _case(question: SquadQuestion, number: int, said: str | None) -> Case:
    golds = tuple(text for text, _ in question.answers)
    return Case(
        id=str(number),
        question=question.text,
        status="answered",
        short_answer=said,
        ranking=(),
        measures={MEASURE: token_f1(said, golds), "EM": exact_match(said, golds)},
        seconds=0.0,
        answers=golds,
    )
