"""Pairs made by rule from questions that no recipe has seen, to measure with."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from groundwire.training.entailment_examples import EntailmentExample, make_examples
from groundwire.training.mined import MinedPassage, MinedQuestion
from groundwire.training.squad_file import SquadQuestion

# Other paragraphs of the same article that each question gets for look-alikes.
LOOK_ALIKES = 4


def made_pairs(questions: Sequence[SquadQuestion], *, seed: int) -> list[EntailmentExample]:
    """As many pairs that hold as pairs that do not, from the answerable ones of ``questions``."""
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    articles: dict[str, dict[str, MinedPassage]] = defaultdict(dict)
    for one in questions:
        articles[one.title][one.place] = MinedPassage(title=one.title, text=one.context)
    mined = []
    for one in questions:
        if one.answers:
            others = [text for place, text in articles[one.title].items() if place != one.place]
            answer, start = one.answers[0]
            mined.append(
                MinedQuestion(
                    source="made",
                    text=one.text,
                    answers=(answer,),
                    start=start,
                    gold=(articles[one.title][one.place],),
                    negatives=tuple(draw.sample(others, min(LOOK_ALIKES, len(others)))),
                )
            )
    return list(make_examples(mined, seed=seed))
