"""Asking a task's questions for calibration: everything is answered, and its features are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundwire.agents import FeatureSource, Tools, ask, local_tools, shipped_calibration
from groundwire.agents.short_answer import YES_NO
from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Draft, Evidence, Sentence, Status, Verdict
from groundwire.core.settings import Settings
from groundwire.eval.answer_measures import is_answerable
from groundwire.eval.running import RunProgress, open_task
from groundwire.eval.schema import Question, Task
from groundwire.eval.scored_cases import ScoredCase
from groundwire.eval.squad import token_f1
from groundwire.eval.systems import System


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredDrafts:
    """The cases of a task, and how many questions gave none: unjudged ones, and failed ones.

    ``reader`` is the setting of that name and ``fitted_with`` the identities of the models: their
    features depend on both.
    """

    cases: tuple[ScoredCase, ...]
    reader: str
    fitted_with: Mapping[str, str]
    unjudged: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who is told how far it has come: in indexing a corpus, and in asking."""

    indexed: Callable[[int, int], None] = lambda _done, _total: None
    asked: Callable[[RunProgress], None] = lambda _: None


def score_drafts(
    task: Task, system: System, settings: Settings, *, watch: Watch | None = None
) -> ScoredDrafts:
    """Ask every question of ``task`` that has gold answers or is marked unanswerable.

    Raises UsageError for a system that only searches, or whose verifier has no features.
    """
    watch = watch or Watch()
    own = system.settings(settings)
    judged = [one for one in task.questions if one.answers or is_answerable(one) is False]
    titles = _titles(task, judged)
    with open_task(task, own, watch.indexed) as library:
        # The person's own calibration is not needed, and may be damaged: this is its remedy.
        tools = local_tools(library, calibration=shipped_calibration(own.answer))
        if not system.answers or not isinstance(tools.verifier, FeatureSource):
            raise UsageError(
                f"The system {system.name!r} has nothing to calibrate.",
                "Name one that answers with the local engine.",
            )
        asking = _Asking(tools, tools.verifier, task.collection, titles)
        cases = asyncio.run(asking.ask_all(judged, watch.asked))
    found = [case for case in cases if case]
    return ScoredDrafts(
        cases=tuple(found),
        reader=own.answer.reader,
        fitted_with=tools.models,
        unjudged=len(task.questions) - len(judged),
        failed=len(judged) - len(found),
    )


class _Recorder:
    """Lets every sentence pass, and keeps what the verifier found out about the last draft."""

    def __init__(self, source: FeatureSource) -> None:
        self._source = source
        self.features: Sequence[Mapping[str, float]] = ()

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The draft's sentences, all supported."""
        self.features = self._source.features(question, draft, evidence)
        return [replace(one, verdict=Verdict.SUPPORTED, support=1.0) for one in draft.sentences]


@dataclass(frozen=True)
class _Asking:
    tools: Tools
    source: FeatureSource
    collection: str | None
    titles: Mapping[str, str]

    async def ask_all(
        self, questions: Sequence[Question], tell: Callable[[RunProgress], None]
    ) -> list[ScoredCase | None]:
        """A case for each question, None for one that failed."""
        cases = []
        for number, question in enumerate(questions, start=1):
            cases.append(await self._ask(question))
            tell(RunProgress(done=number, total=len(questions), means={}))
        return cases

    async def _ask(self, question: Question) -> ScoredCase | None:
        recorder = _Recorder(self.source)
        answer = await ask(
            question.text,
            tools=replace(self.tools, verifier=recorder),
            collection=self.collection,
            history=question.history,
        )
        if answer.status is Status.FAILED:
            return None
        group = self._group(question, answer)
        answerable = is_answerable(question) is not False
        if not answer.sentences:
            return ScoredCase(group=group, answerable=answerable)
        place = _resting_place(answer)
        return ScoredCase(
            group=group,
            answerable=answerable,
            f1=token_f1(answer.short_answer, question.answers or ()) if answerable else 0.0,
            features=recorder.features[place],
            others=tuple(one for at, one in enumerate(recorder.features) if at != place),
        )

    def _group(self, question: Question, answer: Answer) -> str:
        """The article or file that is asked about: as judged, else that of the best passage."""
        if question.spans:
            return Path(question.spans[0].source).name
        if question.relevant:
            return self.titles.get(min(question.relevant), min(question.relevant))
        if not answer.evidence:
            return question.id
        best = answer.evidence[0].passage
        return Path(best.source).name if self.collection else best.title or best.source


def _resting_place(answer: Answer) -> int:
    """Which sentence holds the short answer; a yes or no rests on the first one."""
    short = answer.short_answer or ""
    if short in YES_NO:
        return 0
    return next((at for at, one in enumerate(answer.sentences) if short in one.text), 0)


def _titles(task: Task, questions: Sequence[Question]) -> dict[str, str]:
    """Titles of the passages that are judged relevant, by their ids."""
    wanted = {min(one.relevant) for one in questions if one.relevant}
    lines = task.corpus.lines() if task.corpus else ()
    return {line.id: line.title for line in lines if line.id in wanted and line.title}
