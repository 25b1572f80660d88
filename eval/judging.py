"""A judge: a language model that rules whether the quotes under a sentence support it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel

from groundwire.agents.structured import MEND, Sampling, ask_model
from groundwire.core.errors import UsageError
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage
from groundwire.core.usage import add_usage
from groundwire.prompts import Prompt, load_prompt

# The rubrics that ship: one scale in two wordings, so that one model can be a panel.
RUBRICS = ("judge_support", "judge_gaps")
REPEATS = 3
# Without sampling every repeat would say the same, and their spread nothing of the judge. That
# verdicts differ between samples: "Can You Trust LLM Judgments? Reliability of LLM-as-a-Judge".
TEMPERATURE = 0.7


class Grade(StrEnum):
    """What a rubric distinguishes. Only ``SUPPORTED`` counts as support."""

    SUPPORTED = "supported"
    PARTIAL = "partially supported"
    NOT = "not supported"


class _Verdict(BaseModel):
    """A judge's reply; the reason stands first, so that the verdict can follow from it."""

    reason: str
    verdict: Grade


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A sentence of an answer to ``question``, and the quotes that it rests on."""

    question: str
    sentence: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a judge says of a sentence: a grade a repeat, None where it gave no usable verdict.

    ``problem`` tells why the first of those gave none.
    """

    grades: tuple[Grade | None, ...]
    problem: str = ""
    usage: Usage = field(default_factory=Usage)

    @property
    def votes(self) -> tuple[bool | None, ...]:
        """Whether the quotes support the sentence, for each repeat; None without a verdict."""
        return tuple(None if one is None else one is Grade.SUPPORTED for one in self.grades)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """A model of this role alone with one rubric, asked ``repeats`` times about each sentence.

    Raises UsageError for fewer repeats than one.
    """

    model: LanguageModel
    rubric: Prompt
    repeats: int = REPEATS
    temperature: float = TEMPERATURE

    def __post_init__(self) -> None:
        if self.repeats < 1:
            raise UsageError("A judge is asked less than once.", "Set its repeats to 1 or more.")

    @property
    def name(self) -> str:
        """Model and rubric, as they are named in results."""
        return f"{self.model.name}/{self.rubric.name}"

    @property
    def identity(self) -> Mapping[str, str]:
        """All that can change its verdicts, for the fingerprint of a run."""
        return {
            "model": self.model.name,
            "rubric": self.rubric.sha256,
            MEND: load_prompt(MEND).sha256,
            "repeats": str(self.repeats),
            "temperature": str(self.temperature),
        }

    async def rule(self, claim: Claim) -> Ruling:
        """Its ruling on one sentence; a sentence without quotes is not supported, unasked.

        A reply of the wrong form is asked for once more; then that repeat has no verdict.
        """
        if not claim.quotes:
            return Ruling(grades=(Grade.NOT,) * self.repeats)
        text = self.rubric.render(
            question=claim.question, sentence=claim.sentence, quotes=claim.quotes
        )
        replies = [
            await ask_model(
                _Verdict,
                self.model,
                text=text,
                sampling=Sampling(temperature=self.temperature, seed=repeat),
            )
            for repeat in range(self.repeats)
        ]
        usage = Usage()
        for reply in replies:
            usage = add_usage(usage, reply.usage)
        return Ruling(
            grades=tuple(reply.value.verdict if reply.value else None for reply in replies),
            problem=next((reply.problem for reply in replies if reply.problem), ""),
            usage=usage,
        )


def shipped_judges(model: LanguageModel, *, repeats: int = REPEATS) -> list[Judge]:
    """One judge for each rubric that ships, all of one model."""
    return [Judge(model=model, rubric=load_prompt(name), repeats=repeats) for name in RUBRICS]


def majority(votes: Sequence[bool | None]) -> bool | None:
    """What most say; a tie counts as not supported, and None where nobody gave a verdict."""
    given = [vote for vote in votes if vote is not None]
    return sum(given) * 2 > len(given) if given else None
