"""Questions that a language model writes, each checked by asking it to answer them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from groundwire.agents.structured import Form, ask_model
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Passage, Usage
from groundwire.core.usage import add_usage
from groundwire.eval.making_rules import Material
from groundwire.eval.making_sentences import flatten
from groundwire.eval.making_unanswerable import NOTE
from groundwire.eval.making_words import content_words
from groundwire.eval.proposals import UNANSWERABLE, Candidate, Place
from groundwire.eval.squad import exact_match, normalise_answer
from groundwire.prompts import load_prompt
from groundwire.retrievers import sentence_spans

WRITTEN_KIND = "written"
# Passages tried for each question that is wanted, before it is given up.
TRIES = 3
# Questions written at once.
AT_ONCE = 8
# Who asks has no passage before them.
SELF_REFERENCE = re.compile(
    r"\b(?:(?:the|this) (?:passage|text|document|excerpt|section|table)|"
    r"(?:above|below|mentioned|described) (?:in|here)|according to the)\b",
    re.IGNORECASE,
)


class _Written(BaseModel):
    question: str
    answer: str


class _Unanswerable(BaseModel):
    question: str


class _Answered(BaseModel):
    answerable: bool
    answer: str


@dataclass(kw_only=True)
class Writer:
    """A language model at work on ``material``; ``rejected`` counts what it wrote in vain."""

    model: LanguageModel
    material: Material
    usage: Usage = field(default_factory=Usage)
    rejected: int = 0
    problem: str = ""

    async def write_all(self, answerable: int, unanswerable: int) -> list[Candidate]:
        """So many questions of each sort, from passages in their order; fewer if need be.

        A question that is rejected is replaced from the next passage, ``TRIES`` times at most.
        """
        passages = self.material.passages
        asked = await self._collect(self._write, passages, answerable)
        # From the other end, so that few come from passages which are asked about as well.
        none = await self._collect(self._write_unanswerable, passages[::-1], unanswerable)
        return [*asked, *none]

    async def _collect(
        self,
        write: Callable[[Passage], Awaitable[Candidate | None]],
        passages: Sequence[Passage],
        wanted: int,
    ) -> list[Candidate]:
        found: dict[str, Candidate] = {}
        left = list(passages[: wanted * TRIES])
        while left and len(found) < wanted:
            count = min(AT_ONCE, wanted - len(found))
            batch, left = left[:count], left[count:]
            for one in await asyncio.gather(*map(write, batch)):
                if one is None or normalise_answer(one.question) in found:
                    self.rejected += 1
                else:
                    found[normalise_answer(one.question)] = one
        return list(found.values())

    async def _write(self, passage: Passage) -> Candidate | None:
        """A question that ``passage`` answers; None where it is not good enough."""
        written = await self._ask(_Written, "make_question", passage=passage)
        found = find_answer(passage, written.question, written.answer) if written else None
        if written is None or found is None or not _is_good(written.question):
            return None
        place, answer = found
        candidate = Candidate(
            question=flatten(written.question), kind=WRITTEN_KIND, answers=(answer,), place=place
        )
        said = await self._answer(candidate.question, [passage])
        agrees = said is not None and said.answerable and exact_match(said.answer, [answer])
        return candidate if agrees and candidate.is_plain else None

    async def _write_unanswerable(self, passage: Passage) -> Candidate | None:
        """A question that neither ``passage`` nor what a search finds answers."""
        written = await self._ask(_Unanswerable, "make_unanswerable", passage=passage)
        if written is None or not _is_good(written.question):
            return None
        candidate = Candidate(question=flatten(written.question), kind=UNANSWERABLE, note=NOTE)
        hits = [hit.passage for hit in self.material.search(candidate.question)]
        said = await self._answer(candidate.question, [passage, *hits])
        return candidate if said and not said.answerable and candidate.is_plain else None

    async def _answer(self, question: str, passages: Sequence[Passage]) -> _Answered | None:
        text = load_prompt("answer_question").render(
            question=question, passages=[f"{one.title}\n{one.text}" for one in passages]
        )
        return await self._reply(_Answered, text)

    async def _ask(self, form: type[Form], prompt: str, *, passage: Passage) -> Form | None:
        text = load_prompt(prompt).render(title=passage.title, passage=passage.text)
        return await self._reply(form, text)

    async def _reply(self, form: type[Form], text: str) -> Form | None:
        reply = await ask_model(form, self.model, text=text)
        self.usage = add_usage(self.usage, reply.usage)
        self.problem = self.problem or reply.problem
        return reply.value


def find_answer(passage: Passage, question: str, answer: str) -> tuple[Place, str] | None:
    """The sentence of ``passage`` that holds ``answer``, and the answer as it stands there.

    Of several it is the one that holds most of the question. White space may differ; None if no
    sentence holds it.
    """
    words = r"\s+".join(map(re.escape, answer.split()))
    asked = content_words(question)
    fitting = []
    for start, end in sentence_spans(passage.text):
        place = Place(passage=passage, start=start, end=end)
        match = re.search(rf"(?<!\w){words}(?!\w)", place.quote) if words else None
        if match:
            fitting.append((place, match.group()))
    return max(fitting, key=lambda one: len(asked & content_words(one[0].quote)), default=None)


def _is_good(question: str) -> bool:
    return len(question.split()) > 2 and not SELF_REFERENCE.search(question)
