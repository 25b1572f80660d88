"""The ledger rule: what is cited is what stands there, checked again before it is shown."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.agents import Tools, ask, check_citation, local_tools
from groundwire.core.errors import LedgerError
from groundwire.core.schema import Citation, Draft, Evidence, Sentence, Status, Verdict
from groundwire.models import ScriptedReader, ScriptedVerifier, quote_part, quote_start
from groundwire.retrievers import Library, list_documents, read_document, remove_documents

QUESTION = "When did the harbour of Tarnholm open?"
Change = Callable[[Citation], Citation]
WRONG: dict[str, Change] = {
    "other words": lambda one: replace(one, quote="x" * len(one.quote)),
    "shifted": lambda one: replace(one, start=one.start + 1, end=one.end + 1),
    "too long": lambda one: replace(one, end=one.end + 1),
    "past the end": lambda one: replace(one, end=10**9),
    "before the beginning": lambda one: replace(one, start=-1),
    "empty": lambda one: replace(one, quote="", end=one.start),
    "backwards": lambda one: replace(one, start=one.end, end=one.start),
    "a document that is not there": lambda one: replace(one, document_id="0" * 64),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
async def test_a_sentence_that_cites_wrong_characters_is_never_shown(
    scripted: Callable[..., Tools], change: Change
) -> None:
    def misquote(_question: str, evidence: Sequence[Evidence]) -> Draft:
        right = quote_part(evidence[0], 0, 20)
        wrong = replace(right, citations=(right.citations[0], change(right.citations[0])))
        return Draft(sentences=(right, wrong))

    found = await ask(QUESTION, tools=scripted(script=misquote))
    assert found.status is Status.FAILED
    assert found.sentences == ()
    assert found.text == ""
    assert "harbour.md" in (found.reason or "")


async def test_a_sentence_without_a_source_is_never_shown(scripted: Callable[..., Tools]) -> None:
    def invent(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        return Draft(sentences=(Sentence(text="It opened in 1800.", citations=()),))

    found = await ask(QUESTION, tools=scripted(script=invent))
    assert (found.status, found.sentences) == (Status.FAILED, ())
    assert "without a source" in (found.reason or "")


async def test_a_document_removed_between_reading_and_verifying_is_told(
    own_library: Library, fill: Callable[[dict[str, str]], Path]
) -> None:
    fill({"harbour.md": "The harbour of Tarnholm opened in 1921.\n"})

    def remove(question: str, evidence: Sequence[Evidence]) -> Draft:
        draft = quote_start(question, evidence)
        remove_documents(own_library, "harbour.md")
        return draft

    tools = replace(
        local_tools(own_library),
        reader=ScriptedReader(remove),
        verifier=ScriptedVerifier(Verdict.SUPPORTED),
    )
    found = await ask(QUESTION, tools=tools)
    assert (found.status, found.sentences) == (Status.FAILED, ())
    assert "harbour.md was removed or replaced" in (found.reason or "")
    assert "Ask again." in (found.reason or "")


def test_every_citation_of_an_answer_is_what_stands_in_the_file(tools: Tools) -> None:
    found = asyncio.run(ask(QUESTION, tools=tools))
    assert found.sentences
    for sentence in found.sentences:
        for citation in sentence.citations:
            check_citation(tools.library, citation)
            document = read_document(tools.library, citation.document_id)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.quote
            # For plain text and Markdown the offsets hold in the person's own file.
            own = Path(citation.source).read_text(encoding="utf-8")
            assert own[citation.start : citation.end] == citation.quote


def test_a_quote_over_the_edge_of_two_passages_is_found(
    own_library: Library, fill: Callable[[dict[str, str]], Path]
) -> None:
    text = "".join(f"Ferry number {number} leaves at noon.\n" for number in range(200))
    path = fill({"ferries.txt": text}) / "ferries.txt"
    tools = local_tools(own_library)
    whole = Citation(
        document_id=document_id(own_library),
        source=str(path),
        title="ferries",
        start=0,
        end=len(text),
        quote=text,
    )
    check_citation(tools.library, whole)
    with pytest.raises(LedgerError, match="not what stands"):
        check_citation(tools.library, replace(whole, quote=text.replace("noon", "four", 1)))


def document_id(library: Library) -> str:
    (document,) = list_documents(library)
    return document.document_id
