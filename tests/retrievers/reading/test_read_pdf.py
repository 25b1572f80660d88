from collections.abc import Callable

import pytest

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document
from groundwire.retrievers.hyphens import CUT, Vocabulary, words_of

Read = Callable[[str, bytes], Document]
WritePdf = Callable[..., bytes]
Text = tuple[float, float, float, bool, str]

WORDS = "the quick brown fox jumps over the lazy dog and goes on"


def column(x: float, top: float, *lines: str, size: float = 10) -> list[Text]:
    return [(x, top - index * 12, size, False, line) for index, line in enumerate(lines)]


def test_pages_headings_and_paragraphs(read: Read, write_pdf: WritePdf) -> None:
    first = [
        (50.0, 750.0, 20.0, False, "The mill"),
        *column(
            50, 700, f"In the year it was built {WORDS}", f"when {WORDS} to this day.", "Short end."
        ),
        *column(50, 664, f"The next paragraph {WORDS}."),
        (50.0, 640.0, 10.0, True, "Wood"),
        *column(50, 620, f"A new part {WORDS}.", f"It {WORDS}."),
    ]
    second = column(50, 700, "On the next page.")
    info = "/Title (All about wood) /Author (Ada) /CreationDate (D:20240301120000)"
    document = read("a.pdf", write_pdf([first, second], info=info))
    assert document.text == (
        f"The mill\n\nIn the year it was built {WORDS} when {WORDS} to this day. Short end."
        f"\n\nThe next paragraph {WORDS}.\n\nWood\n\nA new part {WORDS}.\n\nIt {WORDS}."
        "\n\nOn the next page."
    )
    assert [(item.level, item.title) for item in document.headings] == [
        (1, "The mill"),
        (2, "Wood"),
    ]
    assert document.title == "All about wood"
    assert document.metadata == {
        "title": "All about wood",
        "author": "Ada",
        "created": "2024-03-01",
    }
    assert [page.number for page in document.pages] == [1, 2]
    assert document.text[document.pages[1].start :] == "On the next page."


def test_two_columns_are_read_one_after_the_other(read: Read, write_pdf: WritePdf) -> None:
    left = column(
        50,
        700,
        "The left column starts here and",
        "goes on for a few more lines and",
        "ends in the middle of a",
    )
    right = column(
        320,
        700,
        "sentence that the right column",
        "brings to its end. Then it says",
        "something else.",
    )
    document = read("a.pdf", write_pdf([left + right]))
    assert "ends in the middle of a sentence that the right column" in document.text
    assert document.text.endswith("Then it says something else.")


def test_tables_keep_their_rows(read: Read, write_pdf: WritePdf) -> None:
    rows = [("Item", "2022", "2023"), ("Oak", "12", "14"), ("Pine", "9", "$ 10")]
    texts = [
        (x, 600 - 14 * index, 10, False, cell)
        for index, row in enumerate(rows)
        for x, cell in zip((50, 250, 350), row, strict=True)
    ]
    document = read("a.pdf", write_pdf([[*column(50, 650, "Prices follow."), *texts]]))
    assert document.text == (
        "Prices follow.\n\nItem: Oak; 2022: 12; 2023: 14\nItem: Pine; 2022: 9; 2023: $ 10"
    )
    assert document.tables[0].header == "Item | 2022 | 2023"


def test_a_row_that_is_one_object_is_parted_by_its_gaps(read: Read, write_pdf: WritePdf) -> None:
    rows = ["[(Item) -9000 (2022) -4000 (2023)]", "[(Oak) -9300 (12) -5000 (14)]"]
    document = read("a.pdf", write_pdf([column(50, 700, *rows)]))
    assert document.text == "Item: Oak; 2022: 12; 2023: 14"


def test_letters_that_a_file_does_not_name_do_no_harm(read: Read, write_pdf: WritePdf) -> None:
    assert (
        "words" in read("a.pdf", write_pdf([column(50, 700, "\\001\\002 words \\200 here")])).text
    )


def test_running_titles_are_kept_once(read: Read, write_pdf: WritePdf) -> None:
    pages = [
        [
            (50, 780, 10, False, "The mill, a history"),
            *column(50, 700, f"Part {name} says that {WORDS}.", f"And {name} that {WORDS}.", "So."),
            *column(50, 600, "And more", "and more."),
            (300, 20, 10, False, str(number)),
        ]
        for number, name in enumerate(["one", "two", "three", "four"], start=1)
    ]
    document = read("a.pdf", write_pdf(pages))
    assert document.text.count("The mill, a history") == 1
    assert not any(line.isdigit() for line in document.text.split("\n"))
    assert len(document.pages) == 4


def test_lists_and_rules(read: Read, write_pdf: WritePdf) -> None:
    lines = ["- the first item", "- the second item", "________", "1. one", "2. two"]
    document = read("a.pdf", write_pdf([column(50, 700, *lines)]))
    assert document.text == "- the first item\n\n- the second item\n\n1. one\n\n2. two"


def test_a_page_that_is_all_large_has_no_headings(read: Read, write_pdf: WritePdf) -> None:
    texts = [(50, 780 - 60 * n, 12 + 2 * n, False, f"Large words {n}") for n in range(13)]
    assert read("a.pdf", write_pdf([texts])).headings == ()


def test_a_scan_without_text_is_skipped(read: Read, write_pdf: WritePdf) -> None:
    with pytest.raises(DocumentSkipped, match="no text layer") as caught:
        read("scan.pdf", write_pdf([[], []]))
    assert "text recognition" in caught.value.advice


def test_pages_without_text_are_named(read: Read, write_pdf: WritePdf) -> None:
    document = read("a.pdf", write_pdf([[], column(50, 700, "Words."), []]))
    assert document.metadata == {"pages_without_text": "1, 3"}
    assert [page.number for page in document.pages] == [2]


def test_an_encrypted_file_fails_with_advice(read: Read, write_pdf: WritePdf) -> None:
    keys = f"/O <{'ab' * 32}> /U <{'cd' * 32}> /P -4"
    trailer = f"/Encrypt << /Filter /Standard /V 1 /R 2 {keys} >> /ID [<00> <00>]"
    with pytest.raises(DocumentFailed, match="encrypted") as caught:
        read("a.pdf", write_pdf([column(50, 700, "Secret.")], trailer=trailer))
    assert "password" in caught.value.advice


def test_the_name_of_a_file_is_no_title(read: Read, write_pdf: WritePdf) -> None:
    for info in ("/Title (scan 0012.jpg)", "/Title (0001-22)"):
        assert (
            read("report.pdf", write_pdf([column(50, 700, "Words.")], info=info)).title == "report"
        )


@pytest.mark.parametrize(
    ("lines", "known", "expected"),
    [
        (["an im-", "portant day"], "important", "an important day"),
        (["an im" + CUT, "portant day"], "", "an important day"),
        (["a dual-", "encoder"], "dual encoder", "a dual-encoder"),
        (["a well-", "known man"], "well-known", "a well-known man"),
        (["the Lucene" + CUT, "BM25 run"], "", "the Lucene-BM25 run"),
        (["pages 3-", "4"], "", "pages 3- 4"),
        (["ends here" + CUT], "", "ends here"),
        (["one", "two"], "", "one two"),
    ],
)
def test_words_cut_by_a_line_end(lines: list[str], known: str, expected: str) -> None:
    assert Vocabulary(words_of(known)).joined(lines) == expected


def test_cut_words_teach_nothing() -> None:
    assert words_of(f"Well-known words im{CUT}portant be-") == ["well-known", "words"]
