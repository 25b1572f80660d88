"""A person's own questions, tied to the collection they are asked over as it stands now."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from groundwire.core.errors import UsageError
from groundwire.core.settings import Settings
from groundwire.eval.responding import same_file
from groundwire.eval.schema import Task
from groundwire.retrievers import iterate_passages, open_library


def bind_task(task: Task, settings: Settings) -> Task:
    """The task with the collection's passages in its ``content``; one over a corpus as it is.

    Raises UsageError for an unknown or empty collection, and for an answer that is said to stand
    in a document that is not there.
    """
    if task.corpus is not None or task.collection is None:
        return task
    with open_library(settings) as library:
        places = sorted(
            (one.document_id, one.source, one.start, one.end)
            for one in iterate_passages(library, task.collection)
        )
    sources = sorted({source for _, source, _, _ in places})
    for question in task.questions:
        for span in question.spans:
            if not any(same_file(source, span.source) for source in sources):
                raise UsageError(
                    f"The question {question.id!r} says that its answer stands in {span.source!r}, "
                    f"and the collection {task.collection!r} has no such document.",
                    "Correct its source, or add the document.",
                )
    digest = hashlib.sha256(task.content.encode())
    for place in places:
        digest.update(f"\n{place}".encode("utf-8", "surrogatepass"))
    return replace(task, content=digest.hexdigest())
