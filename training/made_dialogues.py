"""Conversations made by rule from SQuAD: its questions one after another, the last one shortened.

What the last question shares with what was said before it is put as a pronoun or left out, as
people do; sometimes another article was talked about first, and sometimes only that.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.models.conversation_words import FUNCTION_WORDS, WORD, fold, fold_all
from groundwire.training.conversation_examples import TermExample

# Of a hundred questions so many are asked after another article's alone, or after them as well.
ELSEWHERE, AFTERWARDS = 10, 25
# Of a hundred answers so many are given in their whole sentence.
WHOLE_ANSWERS = 60
MOST_TURNS = 4
PRONOUNS = ("it", "it", "it", "they", "them", "he", "she", "this", "that", "there")
OWN = ("its", "their", "his", "her")
_SMALL = "|".join(sorted(map(re.escape, FUNCTION_WORDS), key=len, reverse=True))
_WHOLE = r"(?:[\w'’-]*\w)?(?![\w'’-])"  # noqa: RUF001
_OWN_WORD = rf"(?<![\w'’-])(?!(?i:{_SMALL})(?![\w'’-]))\w{_WHOLE}"  # noqa: RUF001
_NAMED_WORD = rf"(?<![\w'’-])(?!(?i:{_SMALL})(?![\w'’-]))[A-Z0-9]{_WHOLE}"  # noqa: RUF001
# A name, or what stands behind an article.
_PHRASE = re.compile(
    rf"(?P<name>{_NAMED_WORD}(?:\s+(?:of\s+(?:the\s+)?)?{_NAMED_WORD})*)"
    rf"|\b(?:the|a|an)\s+(?P<thing>{_OWN_WORD}(?:\s+(?:of\s+)?{_OWN_WORD})*)"
)
_BEFORE = re.compile(
    r"(?:\b(?:of|in|for|on|at|by|to|with|about)\s+)?(?:\b(?:the|a|an)\s+)?$", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?]*(?:[.!?]|$)")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A question of SQuAD with its answer as a conversation would give it."""

    question: str
    answer: str


def make_dialogues(path: Path, *, most: int, seed: int) -> list[TermExample]:
    """At most ``most`` examples, each of another paragraph of the file in SQuAD's format."""
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    places = [(article, paragraph) for article in articles for paragraph in article["paragraphs"]]
    draw.shuffle(places)
    made: list[TermExample] = []
    before: list[Turn] = []
    for article, paragraph in places:
        turns = list(_turns(paragraph, draw))
        example = _make(article["title"], turns, before, draw)
        if example is not None:
            made.append(example)
        before = turns
        if len(made) == most:
            break
    return made


def _turns(paragraph: dict[str, object], draw: random.Random) -> Iterator[Turn]:
    text = str(paragraph["context"])
    rows = paragraph["qas"]
    for row in rows if isinstance(rows, list) else ():
        answer = row["answers"][0]
        said = str(answer["text"])
        if draw.random() * 100 < WHOLE_ANSWERS:
            said = _sentence_at(text, int(answer["answer_start"]))
        yield Turn(question=str(row["question"]).strip(), answer=said)


def _sentence_at(text: str, place: int) -> str:
    return next(
        (found.group().strip() for found in _SENTENCE.finditer(text) if found.end() > place), text
    )


def _make(
    title: str, turns: Sequence[Turn], before: Sequence[Turn], draw: random.Random
) -> TermExample | None:
    if len(turns) < 2:
        return None
    *said, last = draw.sample(turns, draw.randint(2, min(len(turns), MOST_TURNS + 1)))
    chance = draw.random() * 100
    if chance < ELSEWHERE:
        said, question, wanted = list(before[:MOST_TURNS]), last.question, frozenset[str]()
        if not said or fold_all(question) & _content(said):
            return None
    else:
        if chance < ELSEWHERE + AFTERWARDS:
            said = [*before[:2], *said]
        shortened = shorten(last.question, _content(said), draw)
        if shortened is None:
            return None
        question, wanted = shortened
    return TermExample(
        dialogue=title,
        question=question,
        history=tuple(text for turn in said for text in (turn.question, turn.answer)),
        wanted=wanted,
    )


def _content(turns: Sequence[Turn]) -> frozenset[str]:
    said = frozenset[str]().union(*(fold_all(f"{turn.question} {turn.answer}") for turn in turns))
    return said - frozenset(fold(word) for word in FUNCTION_WORDS)


def shorten(
    question: str, said: frozenset[str], draw: random.Random
) -> tuple[str, frozenset[str]] | None:
    """``question`` without a phrase all of whose words were said, and these words, folded.

    None when it holds no such phrase, or hardly anything else. Names go before other phrases.
    """
    phrases = _phrases(question, said)
    if not phrases:
        return None
    start, end = max(phrases, key=lambda place: _rank(question, place))
    left = _left_out(question, start, end, draw)
    wanted = (fold_all(question[start:end]) & said) - fold_all(left)
    return (left, wanted) if wanted and _own_words(left) else None


def _phrases(question: str, said: frozenset[str]) -> list[tuple[int, int]]:
    """Where names, and words behind an article, stand that were all said."""
    return [
        found.span(found.lastgroup or 0)
        for found in _PHRASE.finditer(question)
        if said.issuperset(fold(word) for word in _own_words(found[found.lastgroup or 0]))
    ]


def _own_words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in FUNCTION_WORDS]


def _rank(question: str, place: tuple[int, int]) -> tuple[bool, int]:
    """Names first, then the longer phrase; the first word of a question is always capitalised."""
    start, end = place
    return start > 0 and question[start].isupper(), end - start


def _left_out(question: str, start: int, end: int, draw: random.Random) -> str:
    """A pronoun takes the phrase's place; behind a preposition both may go."""
    before, phrase, after = question[:start], question[start:end], question[end:]
    opening = _BEFORE.search(before)
    cut = opening.start() if opening else start
    article = re.search(r"\b(?:the|a|an)\s+$", before, re.IGNORECASE)
    kept = before[: article.start()] if article else before
    if phrase.endswith(("'s", "s'", "’s")):  # noqa: RUF001
        return f"{kept}{draw.choice(OWN)}{after}"
    if cut < len(kept) and draw.random() < 0.5:
        return f"{before[:cut].rstrip()}{after}"
    return f"{kept}{draw.choice(PRONOUNS)}{after}"
