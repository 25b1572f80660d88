"""Reading in steps: a question that describes or compares is answered by its sub-questions.

Each is searched for and read alone, what it finds stands in the next one's place of the
description, and comparisons are computed. Every step cites the sentence that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from groundwire.agents.amounts import in_sentence
from groundwire.agents.comparing import decide, end_of_life
from groundwire.agents.comparisons import DIED, Compared, find_compared
from groundwire.agents.passage_view import asked, view
from groundwire.agents.sentence_reader import cite
from groundwire.agents.span_reader import Found, find_spans, sentence_around, short_answer
from groundwire.agents.sub_questions import ask_for, bare_name, find_described, nearer_kin, resolve
from groundwire.core.protocols import PassageReader
from groundwire.core.schema import Aggregation, Draft, Evidence, Link, Passage, Sentence, Step
from groundwire.retrievers import Library, Scope, cut_words, find_named, mentions, search

# Sub-questions of one question, and descriptions in it that are resolved.
MOST_STEPS, MOST_DESCRIBED = 6, 3
# Passages read for a step: those that go by a name in it, or else found, and the best known ones.
NAMED, SEARCHED, KNOWN = 6, 5, 4
# How much lower than the whole question's the score of the last step may be. Of -6 to 0, measured
# on 2Wiki, HotpotQA and MuSiQue, the upper half loses what steps gain, the lower what they harm.
LEAST_BELOW = 5.0
YES, NO = "Yes", "No"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stepped:
    """What steps found: the answer, the steps it rests on, and the passages that they cite."""

    answer: str
    steps: tuple[Step, ...]
    evidence: tuple[Evidence, ...]
    aggregation: Aggregation | None = None

    @property
    def draft(self) -> Draft:
        """What is to be verified: each sentence that a step cites, once."""
        cited = dict.fromkeys(step.citation for step in self.steps)
        return Draft(
            sentences=tuple(Sentence(text=one.quote, citations=(one,)) for one in cited),
            short_answer=self.answer,
            steps=self.steps,
            aggregation=self.aggregation,
        )


class StepReader:
    """Answers sub-questions one after the other with the model that also reads whole questions."""

    def __init__(self, library: Library, passage_reader: PassageReader) -> None:
        self._library = library
        self._reader = passage_reader

    def read(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        scope: Scope,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Stepped | None:
        """What the steps of ``question`` find; None if it has none or they lead to nothing.

        ``evidence`` is what the whole question found; descriptions are only resolved where search
        led on from one passage to another. ``goes_on`` is asked before each step.
        """
        walk = _Walk(self._library, self._reader, scope, list(evidence), goes_on)
        question = nearer_kin(asked(question))
        try:
            if compared := find_compared(question):
                return walk.compare(compared)
            led_on = any(item.chain for item in evidence)
            return walk.resolve(question) if led_on else None
        except _LostError:
            return None


class _LostError(Exception):
    """A step found nothing, or there is no time for it."""


@dataclass(slots=True)
class _Walk:
    library: Library
    reader: PassageReader
    scope: Scope
    evidence: Sequence[Evidence]
    goes_on: Callable[[], bool]
    steps: list[Step] = field(default_factory=list)
    cited: list[Evidence] = field(default_factory=list)

    def compare(self, compared: Compared) -> Stepped | None:
        """Ask of each of two things what decides, and compute it."""
        # Of three things, two would be taken for one whose name has a comma in it.
        if any("," in option and not self._named([option]) for option in compared.options):
            return None
        answers = [self._ask_about(option, compared) for option in compared.options]
        decided = decide(compared.choice, answers, compared.wanted)
        if decided is None:
            return None
        if isinstance(decided, bool):
            return self._stepped(YES if decided else NO)
        return self._stepped(compared.options[decided])

    def resolve(self, question: str) -> Stepped | None:
        """Resolve descriptions from the innermost out, and ask what is left."""
        whole = find_spans(self.reader, question, self.evidence)
        last = None
        for _ in range(MOST_DESCRIBED):
            described = find_described(question)
            if not described:
                break
            last = self._ask(described.question, described.names)
            question = resolve(question, described, self.steps[-1].answer)
        if not last:
            return None
        # What was found may be called otherwise where it is told of: "He", a part of its name.
        last = self._ask(question, [self.steps[-1].answer], only_about=False)
        is_far = whole and last.score < whole[0].score - LEAST_BELOW
        return None if is_far else self._stepped(self.steps[-1].answer)

    def _stepped(self, answer: str) -> Stepped:
        cited = {(item.passage.document_id, item.passage.start): item for item in self.cited}
        return Stepped(answer=answer, steps=tuple(self.steps), evidence=tuple(cited.values()))

    def _ask_about(self, option: str, compared: Compared) -> list[str]:
        name = bare_name(option)
        if compared.relation:
            self._ask(ask_for(compared.relation, option), [name])
            name = self.steps[-1].answer
        answers = []
        for question in compared.questions:
            found = self._ask(question.format(name), [name])
            said = self.steps[-1].answer
            if compared.wanted:
                said = _with_unit(found, said)
            elif question == DIED:
                said = end_of_life(said, _around(found)[1])
            answers.append(said)
        return answers

    def _ask(self, question: str, names: Sequence[str], *, only_about: bool = True) -> Found:
        """Read what goes by the names, or what the question finds; the best span becomes a step.

        ``only_about``: of what the question finds only what says one of the names. Of what is told
        nowhere any other passage would tell something else: any date decides.
        """
        if not self.goes_on() or len(self.steps) == MOST_STEPS:
            raise _LostError
        passages = self._named(names) or self._found(question, names, only_about=only_about)
        readings = self.reader.read(asked(question), [view(one).text for one in passages])
        items = [
            Evidence(passage=one, score=reading.relevance)
            for one, reading in zip(passages, readings, strict=True)
        ]
        found = next(
            (span for span in find_spans(self.reader, question, items) if _is_new(span, question)),
            None,
        )
        answer = short_answer(question, found) if found else ""
        if not found or not answer:
            raise _LostError
        (citation,) = cite(sentence_around(found)).citations
        self.cited.append(replace(found.evidence, chain=self._chain(found.evidence.passage, names)))
        self.steps.append(Step(question=question, answer=answer, citation=citation))
        return found

    def _found(self, question: str, names: Sequence[str], *, only_about: bool) -> list[Passage]:
        """What the question finds, ``only_about`` what says one of ``names``, if there are any."""
        found = search(self.library, question, k=SEARCHED, scope=self.scope)
        known = [item.passage for item in self.evidence[:KNOWN]]
        every = dict.fromkeys([*(hit.passage for hit in found), *known])
        is_free = not only_about or not names
        return [one for one in every if is_free or _is_about(one, names)]

    def _named(self, names: Sequence[str]) -> list[Passage]:
        every = dict.fromkeys([*names, *(one.removeprefix("the ") for one in names)])
        found = [
            one
            for name in every
            for one in find_named(self.library, name, scope=self.scope, k=NAMED)
        ]
        return list(dict.fromkeys(found))[:NAMED]

    def _chain(self, passage: Passage, names: Sequence[str]) -> tuple[Link, ...]:
        """How a step's passage was reached: from the step before whose answer it was asked by."""
        known = next((item for item in self.evidence if item.passage == passage), None)
        if known:
            return known.chain
        for step in reversed(self.steps):
            if step.answer in names:
                said = step.citation
                return (
                    Link(
                        document_id=said.document_id,
                        start=said.start,
                        end=said.end,
                        via=step.answer,
                    ),
                )
        return ()


def _is_about(passage: Passage, names: Sequence[str]) -> bool:
    """Whether a passage says one of the names, word by word."""
    text = f"{passage.title}\n{passage.text}"
    return any(mentions(text, name) for name in names)


def _with_unit(found: Found, answer: str) -> str:
    """An answer with what its sentence says around it: a number is told by that too.

    The field of a row of a table stands for itself.
    """
    if answer not in found.text:
        return answer
    before, behind = _around(found)
    return in_sentence(before, found.text, behind)


def _around(found: Found) -> tuple[str, str]:
    """What stands before and behind a span in its sentence."""
    sentence, passage = sentence_around(found), found.evidence.passage
    start, end = passage.start + found.start, passage.start + found.end
    return (
        sentence.text[: max(0, start - sentence.start)],
        sentence.text[end - sentence.start :],
    )


def _is_new(span: Found, question: str) -> bool:
    """Whether a span says anything that the question does not say itself."""
    said = _words(span.text)
    return bool(said) and not said <= _words(question)


def _words(text: str) -> set[str]:
    return {word.folded for word in cut_words(text)}
