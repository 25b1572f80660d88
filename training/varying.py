"""The same question as other people would put it: what is asked for stays what it is.

Questions that annotators wrote with the passage before them share its words. Those of people who
search share fewer, and a follow-up question comes with the words that it leaves out behind it.
"""

from __future__ import annotations

import random

from groundwire.training.perturbing import QUESTION_WORDS, names_in

# Shares of all questions that are shortened, and that are put as a follow-up.
SHORTENED, FOLLOWING = 0.35, 0.08
# Of the words of their own that a question has one in three is left out, but so many stay; of the
# small words between them, one in four.
LEFT_OUT, FEWEST, SMALL_LEFT_OUT = 1 / 3, 3, 0.25


def vary(question: str, draw: random.Random) -> str:
    """``question`` as it is, shortened, or as a follow-up."""
    chance = draw.random()
    if chance < SHORTENED:
        return shorten(question, draw)
    if chance < SHORTENED + FOLLOWING:
        return follow(question, draw)
    return question


def shorten(question: str, draw: random.Random) -> str:
    """``question`` without some of its words, and without its mark."""
    words = question.rstrip(" ?").split()
    own = [at for at, word in enumerate(words) if word.lower().strip(",.") not in QUESTION_WORDS]
    most = max(0, min(round(len(own) * LEFT_OUT), len(own) - FEWEST))
    out = set(draw.sample(own, draw.randint(0, most)))
    # What stands first says what is asked for: who, when, how many.
    small = set(range(2, len(words))) - set(own)
    out |= {at for at in sorted(small) if draw.random() < SMALL_LEFT_OUT}
    return " ".join(word for at, word in enumerate(words) if at not in out)


def follow(question: str, draw: random.Random) -> str:
    """``question`` with a pronoun for one of its names, which stands behind it instead."""
    names = names_in(question)
    if not names:
        return question
    start, end = draw.choice(names)
    pronoun = draw.choice(("it", "they", "he", "she"))
    return f"{question[:start]}{pronoun}{question[end:]} {question[start:end]}"
