"""A checked text as a person reads it: what lacks support with its best evidence, and a count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from groundwire.agents import CheckedSentence, count_verdicts
from groundwire.app.cli_answers import show_excerpt, show_place
from groundwire.app.cli_text import count, one_line
from groundwire.core.schema import Citation, Verdict

STYLES = {
    Verdict.SUPPORTED: "green",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.CONTRADICTED: "bold red",
    Verdict.UNCHECKED: "dim",
}
NAMES = {Verdict.UNCHECKED: "not checked"}
# Of a sentence no more is shown, in characters.
EXCERPT = 320
# Room for the longest verdict, in columns.
INDENT = 13
# Where nobody looks at a bar, a line is written each time so many sentences more are done.
STRIDE = 100


def follow_sentences(
    console: Console, checked: Iterable[CheckedSentence], *, total: int
) -> list[CheckedSentence]:
    """All of ``checked``, with a bar on a terminal, else a line now and then.

    An interruption says how many there were and goes on its way.
    """
    found: list[CheckedSentence] = []
    try:
        with _bar(console) as bar:
            task = bar.add_task("checking", total=total)
            for sentence in checked:
                found.append(sentence)
                bar.advance(task)
                _tell(console, len(found), total)
    except KeyboardInterrupt:
        console.print(f"{len(found):,} of {count(total, 'sentence')} were checked; none is kept.")
        raise
    return found


def _tell(console: Console, done: int, total: int) -> None:
    if not console.is_terminal and done % STRIDE == 0:
        console.print(f"{done:,} of {count(total, 'sentence')} checked")


def show_checked(console: Console, name: str, found: Sequence[CheckedSentence]) -> None:
    """Every sentence in its order: its verdict, and what speaks for or against it."""
    for sentence in found:
        _show_sentence(console, sentence)
    console.print(Text(f"{one_line(name)}: {_summary(found)}", style="bold"), soft_wrap=True)


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show_sentence(console: Console, sentence: CheckedSentence) -> None:
    verdict = sentence.verdict
    line = Text(one_line(sentence.text, EXCERPT))
    line.stylize("dim" if verdict is Verdict.UNCHECKED else "")
    if verdict is Verdict.SUPPORTED and sentence.evidence:
        line.append(f"  [{one_line(sentence.evidence.title, 60)}]", style="dim")
    name = NAMES.get(verdict, verdict.value)
    for part in line.wrap(console, max(console.width - INDENT, 20)):
        part.rstrip()
        console.print(Text.assemble((f"{name:<{INDENT}}", STYLES[verdict]), part), soft_wrap=True)
        name = ""
    if verdict in {Verdict.UNSUPPORTED, Verdict.CONTRADICTED}:
        _show_evidence(console, sentence)


def _show_evidence(console: Console, sentence: CheckedSentence) -> None:
    place: Citation | None = sentence.evidence
    share = f"support {sentence.support:.2f}, contradiction {sentence.contradiction:.2f}"
    if place is None:
        console.print(Text(f"    Nothing was found for it ({share}).\n", style="dim"))
        return
    contradicts = sentence.verdict is Verdict.CONTRADICTED
    label = "But it says" if contradicts else "Nearest"
    console.print(Text(f"    {label} ({share}):", style="dim"))
    show_place(console, "    ", place)
    console.print(Text(f"    {one_line(place.source)}", style="dim"), soft_wrap=True)
    show_excerpt(console, f"\u201c{one_line(place.quote)}\u201d")


def _summary(found: Sequence[CheckedSentence]) -> str:
    counts = count_verdicts(found)
    numbers = {verdict: getattr(counts, verdict.value) for verdict in STYLES}
    parts = [
        f"{number:,} {NAMES.get(verdict, verdict.value)}"
        for verdict, number in numbers.items()
        if number
    ]
    return f"{count(len(found), 'sentence')}: {', '.join(parts)}." if parts else "no sentence."
