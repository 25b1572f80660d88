"""Systems: named sets of settings, so that a person adds one in ``groundwire.toml``.

There, ``[systems.wide]`` with ``search.depth = 300`` below it is one that answers; with
``steps = "search"`` it only searches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from groundwire.agents import Tools
from groundwire.core.errors import SettingsError, UsageError
from groundwire.core.settings import STEPS, Settings, overlay

# What a run keeps of a ranking, at least: measures reach down to the twentieth passage.
LEAST_EVIDENCE = 20
DEFAULT, BASELINE, ABSTAINING = "local", "first-sentence", "always-abstain"
WORDS_ONLY: dict[str, object] = {"search.dense_weight": 0.0, "search.lexical_weight": 1.0}
VECTORS_ONLY: dict[str, object] = {"search.dense_weight": 1.0, "search.lexical_weight": 0.0}
SEARCH_ONLY: dict[str, object] = {STEPS: "search"}


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """A way to answer, or only to search: its settings differ from the others' in ``flags``.

    What settings cannot say, ``refit`` does: it gives the tools to answer with, from those opened.
    """

    name: str
    meaning: str
    flags: Mapping[str, object]
    refit: Callable[[Tools], Tools] | None = None

    @property
    def answers(self) -> bool:
        """Whether it answers; otherwise it ranks passages and says nothing."""
        return self.flags.get(STEPS, "ask") == "ask"

    def settings(self, base: Settings) -> Settings:
        """``base`` with what this system sets otherwise, and enough evidence kept to measure."""
        own = overlay(base, self.flags, where=f"the system {self.name!r}")
        kept = max(LEAST_EVIDENCE, own.answer.evidence)
        return overlay(own, {"answer.evidence": kept}, where="the evaluation")


BUILT_IN = (
    System(name="bm25", meaning="search by words alone", flags=SEARCH_ONLY | WORDS_ONLY),
    System(name="dense", meaning="search by vectors alone", flags=SEARCH_ONLY | VECTORS_ONLY),
    System(name="hybrid", meaning="both searches, fused by rank", flags=SEARCH_ONLY),
    System(
        name=BASELINE,
        meaning="the first sentence of the best passage by words, without abstaining",
        flags={**WORDS_ONLY, "answer.reader": "first-sentence", "answer.threshold": 0.0},
    ),
    System(name=DEFAULT, meaning="the local engine, as it answers by default", flags={}),
    System(
        name="local-one-hop", meaning="the local engine, searching once", flags={"limits.hops": 1}
    ),
)
# These come with a language model; none can be configured yet.
WITH_MODEL = ("llm", "llm-one-hop", "closed-book")


def list_systems(settings: Settings) -> list[System]:
    """The built-in systems, then those of ``groundwire.toml``.

    Raises SettingsError where one of those has a name that is taken.
    """
    taken = {system.name for system in BUILT_IN} | {*WITH_MODEL, ABSTAINING}
    for name in settings.systems:
        if name in taken:
            raise SettingsError(f"The system {name!r} is built in.", "Give yours another name.")
    own = [
        System(name=name, meaning=_describe(flags), flags=flags)
        for name, flags in settings.systems.items()
    ]
    return [*BUILT_IN, *own]


def find_system(name: str, settings: Settings) -> System:
    """The system of that name; UsageError when there is none."""
    known = {system.name: system for system in list_systems(settings)}
    if name in known:
        return known[name]
    if name in WITH_MODEL:
        raise UsageError(
            f"The system {name!r} needs a language model, and none is configured.",
            f"Systems without one: {', '.join(known)}.",
        )
    raise UsageError(
        f"There is no system {name!r}.",
        f"There are {', '.join(known)}; [systems.{name}] in groundwire.toml adds it.",
    )


def _describe(flags: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in flags.items()) or "nothing differs"
