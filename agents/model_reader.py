"""The reader of the LLM engine: a language model writes sentences, and names passages for each.

It writes no quotes and no offsets: a sentence cites the passages that it names as a whole, until
the verifier finds the characters that say it. What names no passage of this run is left out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from groundwire.agents.quoting import cite_part, in_place
from groundwire.agents.structured import Form, Reply, ask_model
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Citation, Draft, Evidence, Passage, Sentence, Usage, Verdict
from groundwire.prompts import load_prompt

READ, REPAIR = "read_evidence", "repair_sentences"
# What the ids of passages and of sentences begin with, as in the prompts.
PASSAGE, SENTENCE = "E", "S"
# Bounds of a reply, so that guided output ends: sentences, passages of each, and characters.
MOST_SENTENCES, MOST_CITED, LONGEST, LONGEST_SHORT, LONGEST_ID = 12, 4, 600, 200, 12

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
# Small models write 1 for "E1".
_Id = Annotated[str, BeforeValidator(str), StringConstraints(max_length=LONGEST_ID)]


class WrittenSentence(BaseModel):
    """A sentence, and the ids of the passages that say it."""

    text: _Text
    evidence: list[_Id] = Field(max_length=MOST_CITED)


class WrittenAnswer(BaseModel):
    """What a language model replies to a question and its passages."""

    sentences: list[WrittenSentence] = Field(max_length=MOST_SENTENCES)
    short_answer: Annotated[str, StringConstraints(max_length=LONGEST_SHORT)] | None = None


class RewrittenSentence(WrittenSentence):
    """A sentence in the place of one that was not supported."""

    replaces: _Id


class Repairs(BaseModel):
    """What a language model replies to sentences that were not supported."""

    sentences: list[RewrittenSentence] = Field(max_length=MOST_SENTENCES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A draft and what it cost; ``problem`` says why there is none, and what to do."""

    draft: Draft
    usage: Usage = field(default_factory=Usage)
    problem: str = ""


class ModelReader:
    """Reads with a language model: one call, and one more where sentences need repair."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """Identity of the language model."""
        return self._model.name

    async def read(
        self, question: str, evidence: Sequence[Evidence], *, seconds: float | None = None
    ) -> Written:
        """A draft from ``evidence``, which is ordered best first; empty if it holds no answer.

        ``seconds``: how long the call may take.
        """
        passages = [item.passage for item in evidence]
        text = load_prompt(READ).render(question=question, passages=_shown(passages))
        reply = await self._ask(WrittenAnswer, text, seconds)
        draft = Draft(written_by=self.name)
        if reply.value is None:
            return Written(draft=draft, usage=reply.usage, problem=self._unusable(reply.problem))
        said = reply.value.sentences
        cited = [one for sentence in said if (one := _cite(sentence, passages))]
        if said and not cited:
            problem = self._unusable("its sentences name none of the passages that it was given.")
            return Written(draft=draft, usage=reply.usage, problem=problem)
        draft = replace(
            draft,
            sentences=tuple(cited),
            short_answer=_short(reply.value.short_answer),
            left_out=len(said) - len(cited),
        )
        return Written(draft=draft, usage=reply.usage)

    async def repair(
        self,
        question: str,
        evidence: Sequence[Evidence],
        draft: Draft,
        *,
        seconds: float | None = None,
    ) -> Written:
        """``draft``, whose sentences were verified, with others for those not supported.

        What the model leaves out then, or names no passage for, is left out. Where it gives no
        usable reply, the draft stays as it is.
        """
        passages = [item.passage for item in evidence]
        wrong = [one for one in draft.sentences if one.verdict is not Verdict.SUPPORTED]
        text = load_prompt(REPAIR).render(
            question=question,
            passages=_shown(passages),
            problems=[f"{one.text}\n{_problem(one, passages)}" for one in wrong],
        )
        reply = await self._ask(Repairs, text, seconds)
        if reply.value is None:
            return Written(draft=draft, usage=reply.usage, problem=self._unusable(reply.problem))
        rewritten = _rewritten(reply.value, wrong, passages)
        kept = [
            one if one.verdict is Verdict.SUPPORTED else rewritten.get(one)
            for one in draft.sentences
        ]
        sentences = tuple(filter(None, kept))
        left_out = draft.left_out + len(kept) - len(sentences)
        draft = replace(draft, sentences=sentences, left_out=left_out)
        return Written(draft=draft, usage=reply.usage)

    async def _ask(self, form: type[Form], text: str, seconds: float | None) -> Reply[Form]:
        try:
            async with asyncio.timeout(seconds):
                return await ask_model(form, self._model, text=text)
        except TimeoutError:
            return Reply(value=None, problem="the time limit (limits.seconds) ended the call.")

    def _unusable(self, problem: str) -> str:
        told = " ".join(problem.split())
        end = "" if told.endswith((".", "!", "?")) else "."
        return (
            f"The language model {self.name} gave no usable reply: {told}{end} "
            "Ask again, or name another model."
        )


def _shown(passages: Sequence[Passage]) -> list[str]:
    return [in_place(passage, passage.text) for passage in passages]


def _cite(said: WrittenSentence, passages: Sequence[Passage]) -> Sentence | None:
    """The sentence, citing the passages that it names; None if it names none of them."""
    numbers = [_number(one, PASSAGE) for one in said.evidence]
    named = [one for one in dict.fromkeys(numbers) if 0 < one <= len(passages)]
    text = _without_ids(said.text, named)
    if not named or not text:
        return None
    cited = [passages[number - 1] for number in named]
    citations = tuple(cite_part(passage, 0, len(passage.text)) for passage in cited)
    return Sentence(text=text, citations=citations)


def _number(said: str, letter: str) -> int:
    """The number of an id such as E1; 0 if it is none."""
    found = re.fullmatch(rf"\W*{letter}?(\d+)\W*", said, re.IGNORECASE | re.ASCII)
    return int(found[1]) if found else 0


def _without_ids(text: str, named: Sequence[int]) -> str:
    """``text`` on one line, without the ids that some models put behind a sentence."""
    one = f"{PASSAGE}(?:{'|'.join(map(str, named))})"
    marks = rf"\s*[\[(]\s*{one}(?:\s*[,;]\s*{one})*\s*[\])]"
    return " ".join((re.sub(marks, "", text) if named else text).split())


def _short(said: str | None) -> str | None:
    """The short answer; yes and no as every reader writes them, None for an empty one."""
    text = " ".join((said or "").split())
    bare = text.rstrip(".").capitalize()
    if bare in ("Yes", "No"):
        return bare
    return None if text.lower() in ("", "null") else text


def _problem(sentence: Sentence, passages: Sequence[Passage]) -> str:
    """What is wrong with a sentence that is not supported, for its writer."""
    named = ", ".join(_id_of(citation, passages) for citation in sentence.citations)
    quotes = " ".join(f"\u201c{citation.quote}\u201d" for citation in sentence.citations)
    if sentence.verdict is Verdict.CONTRADICTED:
        return f"Wrong: {named} says otherwise: {quotes}"
    return f"Wrong: not all of it is said by {named}. Nearest there: {quotes}"


def _id_of(citation: Citation, passages: Sequence[Passage]) -> str:
    return next(
        f"{PASSAGE}{number}"
        for number, passage in enumerate(passages, start=1)
        if passage.document_id == citation.document_id
        and passage.start <= citation.start
        and citation.end <= passage.end
    )


def _rewritten(
    repairs: Repairs, wrong: Sequence[Sentence], passages: Sequence[Passage]
) -> dict[Sentence, Sentence]:
    """For each sentence that was written anew, the first one that replaces it and cites."""
    found: dict[Sentence, Sentence] = {}
    for said in repairs.sentences:
        number, sentence = _number(said.replaces, SENTENCE), _cite(said, passages)
        if sentence and 0 < number <= len(wrong):
            found.setdefault(wrong[number - 1], sentence)
    return found
