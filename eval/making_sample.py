"""Which passages questions are made from: spread over documents, and over clusters of meaning.

After "DUQGen: Effective Unsupervised Domain Adaptation of Neural Rankers by Diversifying Synthetic
Query Generation", which clusters the vectors of a collection and takes from each cluster what is
nearest its centre, so that questions are as diverse as the documents and not as frequent as their
commonplaces.
"""

from __future__ import annotations

import warnings
from collections import Counter
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray

from groundwire.core.errors import UsageError
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Passage
from groundwire.retrievers import Library, iterate_passages, list_documents

# Passages looked at: encoding so many takes about a minute on two cores.
MOST_PASSAGES = 2_000
# Shorter ones are page headers and titles.
SHORTEST = 60
ROUNDS = 20


def sample_passages(library: Library, collection: str, seed: int) -> tuple[list[Passage], int]:
    """At most ``MOST_PASSAGES`` of a collection, and how many it has.

    Of a larger collection each document gives about as many, drawn by ``seed``. Raises UsageError
    if there is no such collection, or it is empty.
    """
    counts = {one.document_id: one.passages for one in list_documents(library, collection)}
    total = sum(counts.values())
    if not total:
        raise UsageError(
            f"The collection {collection!r} is empty.",
            f"Add documents: groundwire add FOLDER --collection {collection}.",
        )
    chosen = share_out(counts, np.random.default_rng(seed))
    seen: Counter[str] = Counter()
    found = []
    for passage in iterate_passages(library, collection):
        place = seen[passage.document_id]
        seen[passage.document_id] += 1
        if place in chosen.get(passage.document_id, ()):
            found.append(passage)
    return [passage for passage in found if len(passage.text) >= SHORTEST], total


def order_by_cluster(
    passages: list[Passage], vectors: FloatArray, clusters: int, *, seed: int
) -> list[Passage]:
    """``passages`` in a round robin over clusters of ``vectors``, the nearest a centre first.

    ``vectors`` are of shape (passages, dimension). Large clusters come first in each round.
    """
    from scipy.cluster.vq import kmeans2

    points = vectors.astype(np.float64)
    count = max(1, min(clusters, len(np.unique(points, axis=0))))
    with warnings.catch_warnings():
        # A cluster may lose all its members to others; it then gives none.
        warnings.filterwarnings("ignore", "One of the clusters is empty", UserWarning)
        centres, labels = kmeans2(points, count, iter=ROUNDS, minit="++", rng=seed)
    distances = np.linalg.norm(points - centres[labels], axis=1)
    groups = [_nearest(np.flatnonzero(labels == label), distances) for label in range(count)]
    groups.sort(key=lambda group: (-len(group), group[:1]))
    turns = chain.from_iterable(zip_longest(*groups))
    return [passages[place] for place in turns if place is not None]


def share_out(counts: dict[str, int], random: np.random.Generator) -> dict[str, set[int]]:
    """Places of passages by document: all of them, or shares as equal as the documents allow."""
    share, left = dict.fromkeys(counts, 0), min(MOST_PASSAGES, sum(counts.values()))
    open_keys = [str(key) for key in random.permutation(sorted(counts))]
    while left and open_keys:
        step = max(1, left // len(open_keys))
        for key in open_keys:
            taken = min(step, counts[key] - share[key], left)
            share[key] += taken
            left -= taken
        open_keys = [key for key in open_keys if share[key] < counts[key]]
    return {
        key: {int(place) for place in random.choice(counts[key], share[key], replace=False)}
        for key in sorted(counts)
    }


def _nearest(members: NDArray[np.intp], distances: NDArray[np.float64]) -> list[int]:
    return [int(place) for place in members[np.argsort(distances[members], kind="stable")]]
