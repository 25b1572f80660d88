from collections.abc import Mapping, Sequence
from typing import Any

from groundwire.retrievers.hyphens import CUT
from groundwire.retrievers.pdf_layout import compose_pages
from groundwire.retrievers.pdf_lines import Cell, Line
from groundwire.retrievers.reading import Reading

LONG = "a line that is as long as the column is wide and goes on"


def line(text: str, top: float, left: float = 50, height: float = 10, **more: Any) -> Line:
    right = more.pop("right", left + len(text) * 5)
    return Line(text=text, left=left, right=right, top=top, bottom=top - height, **more)


def cells(top: float, *parts: tuple[float, str]) -> Line:
    found = tuple(Cell(text=text, left=left, right=left + 5 * len(text)) for left, text in parts)
    text = " ".join(cell.text for cell in found)
    return line(text, top, left=found[0].left, right=found[-1].right, cells=found)


def compose(*lines: Line, outline: Mapping[str, int] | None = None) -> Reading:
    return compose_pages([lines], outline or {}, {})


def headings(reading: Reading) -> Sequence[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in reading.headings]


def test_raised_signs_stay_in_their_line() -> None:
    raised = line("1", 702, left=95.5, height=6)
    after = line("and more", 700, left=104)
    assert compose(line("benchmark", 700), raised, after).text == "benchmark1 and more"


def test_a_wide_gap_makes_cells_and_a_narrow_one_joins_them() -> None:
    row = [cells(700, (50, "Oak"), (200, "12")), line("m", 700, left=212), line("x", 700, left=400)]
    below = cells(686, (50, "Pine"), (200, "9 m"), (400, "y"))
    assert compose(*row, below).text == "Oak | 12 m | x\nPine | 9 m | y"


def test_currency_signs_go_to_the_number_after_them() -> None:
    head = cells(700, (50, "Item"), (150, "2022"), (250, "2023"))
    row = cells(686, (50, "Oak"), (140, "$ 12 $"), (245, "14"))
    assert compose(head, row).text == "Item: Oak; 2022: $ 12; 2023: $14"


def test_cells_of_one_column_are_joined() -> None:
    head = cells(700, (50, "Item"), (150, "Price in euros"))
    row = cells(686, (50, "Oak"), (152, "12"), (190, "13"))
    last = cells(672, (50, "Pine"), (152, "12"))
    assert compose(head, row, last).text.startswith("Item")


def test_a_line_between_the_rows_of_a_table_belongs_to_it() -> None:
    rows = [
        cells(700, (50, "In euros"), (150, "2022"), (250, "2023")),
        cells(686, (50, "Sales"), (150, "12"), (250, "14")),
        line("Costs", 672),
        cells(658, (55, "Wood"), (150, "3"), (250, "4")),
    ]
    assert compose(*rows).text.split("\n") == [
        "In euros: Sales; 2022: 12; 2023: 14",
        "In euros: Costs",
        "In euros: Wood; 2022: 3; 2023: 4",
    ]
    assert "Costs\n\nNo row" in compose(*rows[:3], line("No row follows here", 658)).text


def test_an_outline_names_headings_whatever_their_size() -> None:
    reading = compose(
        line("Wood And Water", 700), line(f"{LONG}.", 670), outline={"wood and water": 2}
    )
    assert headings(reading) == [(2, "Wood And Water")]


def test_what_is_large_but_long_or_broken_off_is_no_heading() -> None:
    body = [line(f"{LONG}, {number}.", 600 - 12 * number) for number in range(9)]
    assert headings(compose(line("Dear all,", 700, height=16), *body)) == []
    assert headings(compose(line("words " * 40, 700, height=16), *body)) == []
    assert headings(compose(line("12", 700, height=16), *body)) == []
    assert headings(compose(line("Dear all", 700, height=16), *body)) == [(1, "Dear all")]


def test_bold_lines_are_headings_unless_they_are_sentences_or_most_of_it() -> None:
    body = [line(f"{LONG}, {number}.", 600 - 12 * number) for number in range(9)]
    bold = line("Note this:", 700, bold=True)
    assert headings(compose(bold, *body)) == []
    assert headings(compose(line("Note", 700, bold=True), *body)) == [(1, "Note")]
    assert headings(compose(line("Note", 700, bold=True), line("x", 680, bold=True))) == []


def test_an_indented_line_begins_a_paragraph() -> None:
    first = [line(f"Here is {LONG}", 700), line(f"And here it ends, {LONG[:-8]}.", 688)]
    assert compose(*first, line(f"Then {LONG}", 676, left=70)).text.count("\n\n") == 1


def test_a_hanging_item_goes_on() -> None:
    item = line(f"1. An item that says {LONG}.", 700)
    assert "\n" not in compose(item, line("Some more of the item", 688, left=65)).text


def test_a_sentence_goes_on_in_the_next_column_and_after_a_cut() -> None:
    assert compose(line("it ends in", 100), line("another column", 700, left=300)).text == (
        "it ends in another column"
    )
    assert compose(line(f"an im{CUT}", 700), line("Portant day", 688)).text == "an im-Portant day"


def test_lines_that_run_upwards_stand_alone() -> None:
    side = line("preprint of 2021", 500, left=10, upright=False)
    assert (
        compose(line("Words of the page", 512), side).text
        == "Words of the page\n\npreprint of 2021"
    )


def test_numbered_lines_are_items() -> None:
    lines = [line("2 At a glance", 700), line("4 Value creation", 688), line("6 Figures", 676)]
    assert compose(*lines).text == "2 At a glance\n\n4 Value creation\n\n6 Figures"


def test_two_pages_keep_what_repeats() -> None:
    page = [line("The mill", 780), line(f"{LONG}.", 700)]
    assert compose_pages([page, page], {}, {}).text.count("The mill") == 2
