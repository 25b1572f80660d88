import pytest

from groundwire.retrievers.grid import is_number, lay_out
from groundwire.retrievers.reading import Composer
from groundwire.retrievers.rows import PART, write_rows


def test_a_row_under_names_means_something_alone() -> None:
    rows = [["Item", "Price"], ["Oak plank", "12.50"], ["Pine", ""]]
    header, lines = lay_out(rows, named=True)
    assert header == "Item | Price"
    assert lines == ["Item: Oak plank; Price: 12.50", "Item: Pine"]


def test_names_that_are_not_sure_stand_above_the_cells() -> None:
    rows = [["Role", "Name"], ["Chair", "Ada"], ["Clerk", "Ben"]]
    assert lay_out(rows, named=False) == (
        "Role | Name",
        ["Role | Name", "Chair | Ada", "Clerk | Ben"],
    )


def test_numbers_below_words_make_names_sure() -> None:
    _, lines = lay_out([["", "2022", "2023"], ["Sales", "5", "7"]], named=False)
    assert lines == ["Sales; 2022: 5; 2023: 7"]


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "2"], ["3", "4"]],
        [["Name", "Name"], ["Ada", "Ben"]],
        [["Name", ""], ["Ada", "Ben"]],
        [["word " * 40, "Name"], ["Ada", "Ben"]],
        [["One", "Two"]],
    ],
)
def test_rows_that_name_nothing(rows: list[list[str]]) -> None:
    header, lines = lay_out(rows, named=True)
    assert header == ""
    assert len(lines) == len(rows)


def test_group_names_above_the_names() -> None:
    single = [["In millions", "", "2023 and on"], ["", "Sales", "Profit"], ["North", "5", "1"]]
    assert lay_out(single, named=True)[1] == [
        "In millions, 2023 and on: North; Sales: 5; Profit: 1"
    ]
    several = [
        ["", "January", "", "June", ""],
        ["", "Sales", "Profit", "Sales", "Profit"],
        ["North", "5", "1", "6", "2"],
    ]
    assert lay_out(several, named=True)[1] == [
        "North; January Sales: 5; January Profit: 1; June Sales: 6; June Profit: 2"
    ]


def test_titles_stand_above_and_empty_columns_go() -> None:
    rows = [["Prices", "", ""], ["Item", "", "Price"], ["Oak", "", "12"]]
    assert lay_out(rows, named=True) == ("Item | Price", ["Prices", "Item: Oak; Price: 12"])


def test_the_name_of_an_empty_column_is_not_lost() -> None:
    _, lines = lay_out([["Item", "Price", "Note"], ["Oak", "12", ""]], named=True)
    assert lines == ["Item | Price | Note", "Item: Oak; Price: 12"]


def test_signs_in_cells_of_their_own_join_their_numbers() -> None:
    rows = [
        ["Item", "", "2022", "", "Change"],
        ["Sales", "$", "5", "", ""],
        ["Loss", "", "(7", ")", "3"],
    ]
    _, lines = lay_out([*rows, ["Rate", "", "5", "%", "1"]], named=False)
    assert lines == [
        "Item: Sales; 2022: $5",
        "Item: Loss; 2022: (7); Change: 3",
        "Item: Rate; 2022: 5%; Change: 1",
    ]


def test_nothing_gives_nothing() -> None:
    assert lay_out([], named=True) == ("", [])
    assert lay_out([["", ""], []], named=True) == ("", [])


def test_numbers_amounts_and_dashes() -> None:
    assert all(map(is_number, ["12", "-3.5", "$ 1,000", "12 %", "—", "n/a"]))
    assert not any(map(is_number, ["", "Q1", "twelve"]))


def written(rows: list[list[str]]) -> str:
    composer = Composer()
    write_rows(composer, rows)
    return composer.finish().text


def test_empty_rows_part_tables_and_single_cells_name_them() -> None:
    rows = [
        ["Stock", ""],
        ["Item", "Price"],
        ["Oak", "12"],
        [],
        ["Staff"],
        ["Name", "Age"],
        ["Ada", "36"],
    ]
    assert written(rows) == "Stock\n\nItem: Oak; Price: 12\n\nStaff\n\nName: Ada; Age: 36"


def test_an_empty_row_may_part_names_from_numbers() -> None:
    assert written([["Item", "Price"], [], ["Oak", "12"]]) == "Item: Oak; Price: 12"
    assert written([["Item", "Price"], [], ["Oak", "Pine"]]) == "Item | Price\n\nOak | Pine"
    assert written([["Item", "Price"]]) == "Item | Price"


def test_long_tables_share_their_header_and_lose_no_row() -> None:
    rows = [["Item", "Price"], *([f"Plank {n}", str(n)] for n in range(PART * 2 + 10))]
    lines = [line for line in written(rows).split("\n") if line]
    assert len(lines) == PART * 2 + 10
    assert lines[-1] == f"Item: Plank {PART * 2 + 9}; Price: {PART * 2 + 9}"


def test_long_tables_without_names_lose_no_row_either() -> None:
    lines = [line for line in written([["1", "2"]] * (PART + 5)).split("\n") if line]
    assert lines == ["1 | 2"] * (PART + 5)
