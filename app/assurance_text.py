"""From which support on sentences are shown, and what that promises, in words."""

from __future__ import annotations

from groundwire.app.cli_text import count, printable
from groundwire.core.schema import Answer, Assurance


def describe_promise(answer: Answer) -> str | None:
    """What an answer promises, or who writes where nothing is certified; None if neither."""
    if answer.language_model:
        return (
            f"Language model: {printable(answer.language_model)}. What it writes is checked "
            "against the passages it cites by another model; no risk is certified for it."
        )
    return describe_assurance(answer.assurance) if answer.assurance else None


def describe_assurance(assurance: Assurance) -> str:
    """A sentence or two: the risk in force, and where it was calibrated."""
    task = f"{printable(assurance.task)} ({count(assurance.questions, 'question')})"
    if assurance.other_models:
        answered = " and nothing is answered" if assurance.threshold is None else ""
        return (
            f"No risk is certified{answered}: support was calibrated on {task} with other models "
            f"({', '.join(map(printable, assurance.other_models))}). `groundwire calibrate TASK` "
            "makes it anew."
        )
    if assurance.threshold is None:
        return f"No threshold keeps the stated risk on {task}: nothing is answered."
    threshold = f"threshold {assurance.threshold:.2f}"
    if assurance.risk is None:
        return f"No risk is certified at the {threshold}; support is calibrated on {task}."
    return (
        f"At most {100 * assurance.risk:.0f} % of such answers are wrong, with confidence "
        f"{assurance.confidence:g} ({threshold}), as certified on {task}."
    )
