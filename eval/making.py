"""Proposing questions from a person's documents, for them to correct and then to measure by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundwire.core.errors import UsageError
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Hit, Usage
from groundwire.eval.making_rules import Material, make_by_rules
from groundwire.eval.making_sample import MOST_PASSAGES, order_by_cluster, sample_passages
from groundwire.eval.making_written import Writer
from groundwire.eval.proposals import Proposals, as_proposals
from groundwire.eval.structured import run_to_end
from groundwire.retrievers import Library, Scope, list_documents, search

# The share of questions that the documents do not answer.
UNANSWERABLE_SHARE = 0.2
# Passages that are looked through for an answer which should not be there.
LOOKED_THROUGH = 10
BY_RULES = (
    "Made without a language model: questions with a gap, from headings and from tables, in the "
    "words of your documents. That makes them easier to find than what people ask; reword them."
)


def propose_questions(
    library: Library,
    collection: str,
    *,
    count: int = 50,
    seed: int = 0,
    model: LanguageModel | None = None,
) -> Proposals:
    """``count`` questions with answers and the places that hold them; one in five without.

    They are spread over clusters of the passages, so that every subject comes up, and come from
    as many passages as there are. ``model`` writes and checks them; without one they are made by
    rules. The same ``seed`` proposes the same. Where the documents do not give so many, there
    are fewer, and a notice says so. Raises UsageError for an unknown or empty collection, or one
    that gives no question at all.
    """
    if count < 1:
        raise UsageError(f"{count} questions are none.", "Ask for one or more.")
    passages, total = sample_passages(library, collection, seed)
    none = round(count * UNANSWERABLE_SHARE)
    if passages:
        vectors = library.encoder.encode([passage.text for passage in passages])
        passages = order_by_cluster(passages, vectors, count - none, seed=seed)
    material = Material(passages=passages, search=partial(_search, library, collection), seed=seed)
    writer = Writer(model=model, material=material) if model else None
    asked, unanswerable = (
        run_to_end(writer.write_all(count - none, none))
        if writer
        else make_by_rules(material, count - none, none)
    )
    sources = [one.source for one in list_documents(library, collection)]
    made = as_proposals([*asked, *unanswerable], sources)
    notices = (
        *_about_sample(total),
        *(_about_writing(writer) if writer else [BY_RULES]),
        *_about_number(len(asked) + len(unanswerable), count),
    )
    if not made:
        raise UsageError(
            f"No question could be made from the collection {collection!r}. {' '.join(notices)}",
            "Add documents with whole sentences, or write the questions yourself.",
        )
    return Proposals(questions=made, notices=notices, usage=writer.usage if writer else Usage())


def _search(library: Library, collection: str, text: str) -> list[Hit]:
    return search(library, text, k=LOOKED_THROUGH, scope=Scope(collection=collection))


def _about_sample(total: int) -> Iterator[str]:
    if total > MOST_PASSAGES:
        yield f"Of {total:,} passages {MOST_PASSAGES:,} were looked at, drawn from all documents."


def _about_writing(writer: Writer) -> Iterator[str]:
    if writer.rejected:
        yield (
            f"{writer.rejected:,} questions were left out: the model gave none in the right form, "
            "or did not find the answer again, or found one where there should be none."
        )
    if writer.problem:
        yield f"The model {writer.model.name} failed at least once: {writer.problem}"


def _about_number(made: int, count: int) -> Iterator[str]:
    if made < count:
        yield f"{made:,} of {count:,} questions: the documents gave no more that are good enough."
