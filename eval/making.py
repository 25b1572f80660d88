"""Proposing questions from a person's documents, for them to correct and then to measure by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from groundwire.agents.structured import run_to_end
from groundwire.core.errors import UsageError
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Hit, Usage
from groundwire.eval.making_rules import Material, make_by_rules
from groundwire.eval.making_sample import MOST_PASSAGES, order_by_cluster, sample_passages
from groundwire.eval.making_written import Writer
from groundwire.eval.proposals import Candidate, Proposals, as_proposals
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
    none = round(count * UNANSWERABLE_SHARE)
    material, total = _gather(library, collection, seed, clusters=count - none)
    made = (
        _write(material, model, count - none, none)
        if model
        else _Made(candidates=make_by_rules(material, count - none, none), notices=(BY_RULES,))
    )
    notices = (*_about_sample(total), *made.notices, *_about_number(len(made.candidates), count))
    if not made.candidates:
        raise UsageError(
            f"No question could be made from the collection {collection!r}. {' '.join(notices)}",
            "Add documents with whole sentences, or write the questions yourself.",
        )
    sources = [one.source for one in list_documents(library, collection)]
    return Proposals(
        questions=as_proposals(made.candidates, sources), notices=notices, usage=made.usage
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    candidates: Sequence[Candidate]
    notices: tuple[str, ...]
    usage: Usage = field(default_factory=Usage)


def _gather(library: Library, collection: str, seed: int, *, clusters: int) -> tuple[Material, int]:
    """What questions are made from, and how many passages the collection has."""
    passages, total = sample_passages(library, collection, seed)
    if passages:
        vectors = library.encoder.encode([passage.text for passage in passages])
        passages = order_by_cluster(passages, vectors, clusters, seed=seed)
    find = partial(_search, library, collection)
    return Material(passages=passages, search=find, seed=seed), total


def _write(material: Material, model: LanguageModel, answerable: int, unanswerable: int) -> _Made:
    writer = Writer(model=model, material=material)
    candidates = run_to_end(writer.write_all(answerable, unanswerable))
    notices = tuple(_about_writing(writer))
    return _Made(candidates=candidates, notices=notices, usage=writer.usage)


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
