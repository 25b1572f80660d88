"""What holds for every test: no connection off this machine, and a home folder of its own."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from groundwire.eval.schema import Run

pytest_plugins = ["pytester"]
# On a busy machine an example may take long; how long says nothing of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
OFFLINE = Path(__file__).parent / "offline"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tests_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_configure() -> None:
    """Guard this process, and through the environment every Python process that it starts."""
    for name in [name for name in os.environ if name.startswith("GROUNDWIRE_")]:
        del os.environ[name]
    others = [entry for entry in [os.environ.get("PYTHONPATH")] if entry]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(OFFLINE), *others])
    _load(OFFLINE / "sitecustomize.py")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """GROUNDWIRE_HOME: an empty folder, outside of ``tmp_path`` and new for every test."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GROUNDWIRE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def offline_log(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where attempts to leave the machine are noted; a test that leaves any there fails."""
    log = tmp_path_factory.mktemp("offline") / "attempts.txt"
    monkeypatch.setenv("OFFLINE_LOG", str(log))
    yield log
    attempts = log.read_text(encoding="utf-8") if log.exists() else ""
    assert not attempts, f"this test tried to reach another machine:\n{attempts}"


@pytest.fixture
def llm_server() -> Iterator[Any]:
    """A language model on this machine that does what it is told: see language_model_server.py."""
    server = _load(Path(__file__).parent / "language_model_server.py").LanguageModelServer()
    yield server
    server.close()


@pytest.fixture
def make_run() -> Callable[..., "Run"]:
    """Makes a finished run of a system: a question for each of its scores by F1.

    Every question has one passage to find, which was found at rank 2. ``results`` replaces fields
    of the results.
    """
    # Imported late: most tests evaluate nothing.
    from groundwire.eval.schema import Case, Estimate, Results, Run

    def case(number: int, score: float) -> Case:
        text = f"The mill number {number} grinds rye."
        quote = {"source": "mill", "start": 0, "end": len(text), "quote": text}
        sentence = {"text": text, "verdict": "supported", "support": 0.8, "citations": [quote]}
        return Case(
            id=f"q{number}",
            question=f"What does the mill number {number} grind?",
            status="answered",
            short_answer="rye",
            ranking=("barn", "mill"),
            measures={"F1": score, "EM": float(score == 1), "AnswerContained": float(score > 0.5)},
            seconds=0.01 * (number + 1),
            text=text,
            support=0.8,
            answerable=True,
            answers=("rye", "some rye"),
            relevant=("mill",),
            usage={"passages_read": 6},
            trace={
                "queries": [{"text": f"mill {number}", "kind": "original"}],
                "sentences": [sentence],
                "evidence": [{"id": "barn", "score": 0.9}, {"id": "mill", "score": 0.5}],
                "reason": None,
                "steps": {"search": 0.008, "read": 0.002},
            },
        )

    def mean(values: list[float]) -> Estimate:
        value = sum(values) / len(values)
        return Estimate(
            mean=value, low=max(0, value - 0.1), high=min(1, value + 0.1), n=len(values)
        )

    def make(system: str = "local", scores: tuple[float, ...] = (1, 0.4, 0), **results: Any) -> Run:
        cases = tuple(case(number, score) for number, score in enumerate(scores))
        names = ("F1", "EM", "AnswerContained") if cases else ()
        fields = {
            "task": "mills",
            "system": system,
            "n": len(cases),
            "failed": 0,
            "fingerprint": {"commit": "abc", "task_content": "123", "settings": {"read": 6}},
            "measures": {name: mean([one.measures[name] for one in cases]) for name in names},
            "unscored": {"ROUGE-L": "no reference in Latin letters or digits"},
            "latency_seconds": {"p50": 0.02, "p95": 0.03, "p99": 0.03},
            "throughput_per_second": 50.0,
            "usage": {"passages_read": 18, "llm_calls": 0},
        }
        return Run(folder=f"runs/{system}", results=Results(**fields | results), cases=cases)

    return make
