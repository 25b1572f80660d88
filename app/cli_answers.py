"""Hits, steps and answers, as a person reads them in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.text import Text

from groundwire.app.assurance_text import describe_promise
from groundwire.app.cli_console import print_indented
from groundwire.app.cli_text import count, one_line, printable
from groundwire.core.schema import (
    Answer,
    Citation,
    Event,
    Evidence,
    Hit,
    Passage,
    Query,
    Sentence,
    Status,
    Verdict,
)

T = TypeVar("T")

EXCERPT = 320
NEAREST = 3


def show_hits(console: Console, hits: Sequence[Hit]) -> None:
    """Ranked passages: where each stands, its scores, and how it begins."""
    if not hits:
        console.print("Nothing found.")
    for rank, hit in enumerate(hits, start=1):
        scores = "  ".join(f"{one_line(name)} {score:.3f}" for name, score in hit.scores.items())
        show_place(console, f"{rank:>2}.", hit.passage)
        console.print(Text(f"    {hit.score:.4f}  {scores}", style="dim"))
        show_excerpt(console, hit.passage.text)


def show_event(console: Console, event: Event) -> None:
    """One line a step: when, which, and what it found."""
    line = Text(f"{event.seconds:6.2f} s  ", style="dim")
    line.append(f"{one_line(event.step):<8}", style="cyan")
    line.append(f"  {describe(event)}", style="dim")
    console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def describe(event: Event) -> str:
    """What a step found, in a few words."""
    found = event.data
    notes = [
        "; ".join(one_line(query.text) for query in _kind(found.get("queries"), Query)),
        _ranked("found", [hit.passage for hit in _kind(found.get("hits"), Hit)]),
        _ranked("kept", [item.passage for item in _kind(found.get("evidence"), Evidence)]),
        _judged(_kind(found.get("sentences"), Sentence)),
    ]
    answer = found.get("answer")
    if isinstance(answer, Answer):
        notes = [answer.status.value]
    return one_line("; ".join(note for note in notes if note), 200)


def show_answer(console: Console, answer: Answer) -> None:
    """The answer with numbered citations and what they point at, or why there is none."""
    if answer.status is Status.ABSTAINED:
        _show_abstention(console, answer)
    else:
        _show_sentences(console, answer)
    if promise := describe_promise(answer):
        _show_promise(console, promise)


def _show_promise(console: Console, promise: str) -> None:
    for line in Text(promise, style="dim").wrap(console, console.width):
        line.rstrip()
        console.print(line, soft_wrap=True)


def _show_sentences(console: Console, answer: Answer) -> None:
    numbers = number_citations(answer.sentences)
    console.print()
    for step in answer.steps:
        number = numbers.get(step.citation)
        place = f" [{number}]" if number else ""
        told = f"{printable(step.question)} {printable(step.answer)}{place}"
        console.print(Text(told, style="dim"), soft_wrap=True)
    if answer.steps:
        console.print()
    if answer.short_answer and answer.short_answer != answer.text:
        console.print(Text(printable(answer.short_answer), style="bold"))
        console.print()
    console.print(_cited(answer, numbers))
    if answer.reason:
        console.print(Text(f"\n{printable(answer.reason)}", style="yellow"))
    if numbers:
        console.print(Text("\nSources", style="bold"))
    for citation, number in numbers.items():
        show_place(console, f"[{number}]", citation)
        console.print(Text(f"    {one_line(citation.source)}", style="dim"), soft_wrap=True)
        show_excerpt(console, f"“{one_line(citation.quote)}”")


def number_citations(sentences: Iterable[Sentence]) -> dict[Citation, int]:
    """Each different citation with its number, from 1, in the order of reading."""
    cited = dict.fromkeys(item for sentence in sentences for item in sentence.citations)
    return {citation: number for number, citation in enumerate(cited, start=1)}


def _cited(answer: Answer, numbers: dict[Citation, int]) -> Text:
    line = Text()
    for sentence in answer.sentences:
        line.append(" " if line else "").append(one_line(sentence.text))
        marks = "".join(f"[{numbers[item]}]" for item in dict.fromkeys(sentence.citations))
        line.append(f" {marks}" if marks else "", style="cyan")
        if sentence.verdict is not Verdict.SUPPORTED:
            line.append(f" ({sentence.verdict})", style="yellow")
    return line or Text(printable(answer.text))


def _show_abstention(console: Console, answer: Answer) -> None:
    reason = f" {printable(answer.reason)}" if answer.reason else ""
    console.print(Text.assemble(("\nNo answer.", "bold yellow"), reason))
    if not answer.evidence:
        return
    console.print(Text("\nNearest passages", style="bold"))
    for item in answer.evidence[:NEAREST]:
        show_place(console, "-", item.passage)
        console.print(Text(f"    {one_line(item.passage.source)}", style="dim"), soft_wrap=True)
        show_excerpt(console, item.passage.text)


def show_place(console: Console, mark: str, place: Passage | Citation) -> None:
    """Title, page and heading on a line of its own, ``mark`` before it."""
    line = Text(one_line(place.title), style="bold")
    heading = (place.heading or "").removeprefix(place.title).removeprefix(" > ")
    line.append(f", page {place.page}" if place.page is not None else "", style="not bold")
    line.append(f", {one_line(heading)}" if heading else "", style="not bold")
    print_indented(console, line, mark=mark)


def show_excerpt(console: Console, text: str) -> None:
    """How ``text`` begins, and an empty line below it."""
    print_indented(console, Text(one_line(text, EXCERPT)))
    console.print()


def _ranked(what: str, passages: Sequence[Passage]) -> str:
    if not passages:
        return ""
    return f"{count(len(passages), 'passage')} {what}, first {one_line(passages[0].title, 60)}"


def _judged(sentences: Sequence[Sentence]) -> str:
    if all(sentence.verdict is Verdict.UNCHECKED for sentence in sentences):
        return f"{count(len(sentences), 'sentence')} drafted" if sentences else ""
    verdicts = Counter(sentence.verdict.value for sentence in sentences)
    return ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())


def _kind(items: object, kind: type[T]) -> list[T]:
    """Those of ``items`` that are of ``kind``: an event's data is not typed further."""
    listed = items if isinstance(items, list | tuple) else ()
    return [item for item in listed if isinstance(item, kind)]
