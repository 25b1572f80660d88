import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from groundwire.app.page_markdown import as_markdown, escape_markdown
from groundwire.core.schema import Answer, Citation, Sentence, Status, Verdict

READER = MarkdownIt("gfm-like", {"linkify": False})


def shown(markdown: str) -> tuple[set[str], str]:
    """The kinds of markup that a Markdown reader finds, and the text that it shows."""
    tokens = READER.parse(markdown)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inline]}
    return kinds, "".join(" " if t.type == "softbreak" else t.content for t in inline)


PLAIN = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"])))
@example("<script>alert(1)</script>")
@example("![x](http://attacker.example/x.png)")
@example("[x](javascript:alert(1))")
@example("# no_heading* `code` $x$ ~~no~~ | a | b |")
@example("1. no list")
@example("2) no list")
@example("- no list")
@example("&amp; &lt;")
@example("====")
@example("C:\\path\\_name_")
def test_escaped_text_is_read_as_that_text(text: str) -> None:
    text = " ".join(text.split())
    kinds, plain = shown(escape_markdown(text))
    assert kinds <= PLAIN
    assert plain == text


@pytest.mark.parametrize("text", ["see http://a.example/b", "www.a.example", "me@a.example"])
def test_an_address_does_not_become_a_link(text: str) -> None:
    escaped = escape_markdown(text)
    assert not re.search(r"https?://|www\.|\w@", escaped)
    assert shown(escaped)[1] == text


def citation(quote: str, **changes: object) -> Citation:
    given_: dict[str, object] = {
        "document_id": "d",
        "source": "/docs/a_b.md",
        "title": "A *title*",
        "start": 0,
        "end": len(quote),
        "quote": quote,
        "page": 3,
        "heading": "Fees",
    }
    return Citation(**{**given_, **changes})  # type: ignore[arg-type]  # checked at run time


def test_an_answer_is_copied_with_numbers_and_what_they_quote() -> None:
    first, second = citation("It costs 5."), citation("No, 6.\nReally.", page=None, heading=None)
    answer = Answer(
        question="What does\nit cost?",
        status=Status.PARTIAL,
        short_answer="5",
        sentences=(
            Sentence(text="It costs 5.", citations=(first,), verdict=Verdict.SUPPORTED),
            Sentence(text="Or 6.", citations=(second, first), verdict=Verdict.CONTRADICTED),
        ),
        reason="Two sources disagree.",
    )
    assert as_markdown(answer) == (
        "**What does it cost?**\n\n"
        "**5**\n\n"
        "It costs 5. \\[1\\] Or 6. \\[2\\]\\[1\\] *(contradicted)*\n\n"
        "*Two sources disagree.*\n\n"
        "Sources\n\n"
        "\\[1\\] A \\*title\\* · page 3 · Fees  \n/docs/a\\_b.md\n\n> It costs 5.\n\n"
        "\\[2\\] A \\*title\\*  \n/docs/a\\_b.md\n\n> No, 6. Really.\n"
    )


def test_an_answer_without_sentences_is_copied_as_its_text() -> None:
    answer = Answer(question="Q?", status=Status.ANSWERED, text="Plain *text*.")
    assert as_markdown(answer) == "**Q?**\n\nPlain \\*text\\*.\n"
