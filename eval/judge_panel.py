"""A panel of judges: several rubrics or models that rule on the same sentences of answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundwire.agents.structured import run_to_end
from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Usage
from groundwire.core.usage import add_usage
from groundwire.eval.judging import Claim, Judge, Ruling, majority

# What stands for a judge's name where several judges decide together.
MAJORITY = "majority"
# Sentences judged at once.
AT_ONCE = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedSentence:
    """A sentence of the answer to question ``id``, by its number from 1, with every ruling on it.

    ``rulings`` goes by the names of the judges, in their order.
    """

    id: str
    number: int
    text: str
    rulings: Mapping[str, Ruling]

    @property
    def majority(self) -> bool | None:
        """What most judges say, each by the majority of its repeats; a tie is not supported."""
        return majority([majority(ruling.votes) for ruling in self.rulings.values()])


class Panel:
    """Judges that rule on the same sentences. An answer is judged once, however often it is asked.

    Raises UsageError when there is no judge, or two of one name.
    """

    def __init__(self, judges: Sequence[Judge], *, at_once: int = AT_ONCE) -> None:
        names = [judge.name for judge in judges]
        if len(set(names)) < max(1, len(names)):
            raise UsageError(
                f"The panel has two judges of one name, or none: {', '.join(names) or 'none'}.",
                "Give each judge another model or rubric.",
            )
        self.judges = tuple(judges)
        self._at_once = at_once
        self._known: dict[tuple[str, tuple[Claim, ...]], tuple[JudgedSentence, ...]] = {}

    @property
    def identity(self) -> dict[str, Mapping[str, str]]:
        """All that can change its verdicts, by judge, for the fingerprint of a run."""
        return {judge.name: judge.identity for judge in self.judges}

    @property
    def judged(self) -> list[JudgedSentence]:
        """Every sentence judged so far, as labels by people are compared with."""
        return [sentence for sentences in self._known.values() for sentence in sentences]

    @property
    def usage(self) -> Usage:
        """What judging cost so far; it is no part of what the systems under test cost."""
        total = Usage()
        for sentence in self.judged:
            for ruling in sentence.rulings.values():
                total = add_usage(total, ruling.usage)
        return total

    def judge(self, answers: Sequence[tuple[str, Answer]]) -> list[tuple[JudgedSentence, ...]]:
        """The judged sentences of each answer, which comes with the id of its question.

        It may be called from anywhere, also where an event loop runs, and returns when all is
        judged.
        """
        keys = [(key, _claims(answer)) for key, answer in answers]
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        if new:
            self._known.update(zip(new, run_to_end(self._judge_all(new)), strict=True))
        return [self._known[key] for key in keys]

    async def _judge_all(
        self, answers: Sequence[tuple[str, tuple[Claim, ...]]]
    ) -> list[tuple[JudgedSentence, ...]]:
        places = asyncio.Semaphore(self._at_once)

        async def judge_one(key: str, number: int, claim: Claim) -> JudgedSentence:
            async with places:
                rulings = {judge.name: await judge.rule(claim) for judge in self.judges}
            return JudgedSentence(id=key, number=number, text=claim.sentence, rulings=rulings)

        async def judge_answer(key: str, claims: tuple[Claim, ...]) -> tuple[JudgedSentence, ...]:
            numbered = enumerate(claims, start=1)
            return tuple(await asyncio.gather(*(judge_one(key, *one) for one in numbered)))

        return await asyncio.gather(*(judge_answer(*one) for one in answers))


def _claims(answer: Answer) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            question=answer.question,
            sentence=sentence.text,
            quotes=tuple(citation.quote for citation in sentence.citations),
        )
        for sentence in answer.sentences
    )
