from collections.abc import Callable

import pytest

from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]

MARKDOWN = """---
title: "Planks and boards"
author: The mill
tags: [wood, oak]
---
Intro
=====

## Sizes ##

```
# no heading
| no | table |
| --- | --- |
```

| Item | Length |
|:-----|-------:|
| Oak  | 3 m    |
| Pine | 4 m    |
After the table.

Prices of **all** [planks](http://example.org)
---

- a list
---

#not a heading
####### seven
#
### `Last`
"""


def test_markdown_keeps_its_text_and_gives_its_structure(read: Read) -> None:
    document = read("planks.md", MARKDOWN.encode())
    assert document.text == MARKDOWN
    assert document.title == "Planks and boards"
    assert document.metadata == {
        "title": "Planks and boards",
        "author": "The mill",
        "tags": "wood, oak",
    }
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "Intro"),
        (2, "Sizes"),
        (2, "Prices of all planks"),
        (3, "Last"),
    ]
    for heading in document.headings:
        assert document.text[heading.start - 1] == "\n"
        assert heading.title.split()[0] in document.text[heading.start :].split("\n")[0]
    [table] = document.tables
    assert table.header == "| Item | Length |"
    rows = document.text[table.start : table.end]
    assert rows.startswith(table.header)
    assert rows.endswith("| Pine | 4 m    |\n")


def test_line_ends_of_markdown_are_kept(read: Read) -> None:
    source = "# One\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n"
    document = read("a.md", source.encode())
    assert document.text == source
    assert document.headings[0].title == "One"
    assert document.tables[0].end == len(source)


def test_a_longer_fence_is_closed_by_its_like_only(read: Read) -> None:
    source = "````\n# a\n```\n# b\n````\n# c\n~~~\n# d\n"
    assert [heading.title for heading in read("a.md", source.encode()).headings] == ["c"]


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        (
            "a.rst",
            "Guide\n=====\n\nStart\n-----\n\nx\n\nEnd\n-----\n",
            [(1, "Guide"), (2, "Start"), (2, "End")],
        ),
        ("a.rst", "=====\nGuide\n=====\n\n::\n\n  code\n", [(1, "Guide")]),
        ("a.org", "* One\ntext\n** Two :tag:\n*bold*\n", [(1, "One"), (2, "Two :tag:")]),
        ("a.txt", "# no heading\n", []),
    ],
)
def test_other_kinds_of_text(
    read: Read, name: str, source: str, expected: list[tuple[int, str]]
) -> None:
    document = read(name, source.encode())
    assert document.text == source
    assert [(heading.level, heading.title) for heading in document.headings] == expected


def test_source_code_is_text(read: Read) -> None:
    source = "def add(a, b):\n    return a + b\n"
    document = read("sum.py", source.encode())
    assert (document.text, document.media_type) == (source, "py")
