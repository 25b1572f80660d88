"""Sub-questions: what the wording of a question describes or compares."""

import pytest

from groundwire.agents.comparing import decide, read_date
from groundwire.agents.comparisons import Choice, find_compared
from groundwire.agents.sub_questions import find_described, nearer_kin, resolve


@pytest.mark.parametrize(
    ("question", "asked", "left"),
    [
        (
            "Where was the director of Moonstone born?",
            "Who is the director of Moonstone?",
            "Where was X born?",
        ),
        (
            "What is the date of birth of the performer of song Get Low (Dillon Song)?",
            "Who is the performer of song Get Low (Dillon Song)?",
            "What is the date of birth of X?",
        ),
        (
            "When did Ann Bell's husband die?",
            "Who is Ann Bell's husband?",
            "When did X die?",
        ),
        (
            "How high is the bridge that Tobiah Wrenfold designed?",
            "Which bridge Tobiah Wrenfold designed?",
            "How high is X?",
        ),
        (
            "Which river crosses the town where Ann Bell was born?",
            "Where Ann Bell was born?",
            "Which river crosses X?",
        ),
        (
            # The innermost is first: whom the next one is asked about.
            "Which river crosses the town where the director of Moonstone was born?",
            "Who is the director of Moonstone?",
            "Which river crosses the town where X was born?",
        ),
        (
            "What does the treasurer of the Rowing Club earn?",
            "Who is the treasurer of the Rowing Club?",
            "What does X earn?",
        ),
    ],
)
def test_a_description_is_asked_for_and_leaves_the_rest_of_the_question(
    question: str, asked: str, left: str
) -> None:
    found = find_described(question)
    assert found is not None
    assert found.question == asked
    assert resolve(question, found, "X") == left


@pytest.mark.parametrize(
    "question",
    [
        "Who is the director of Moonstone?",  # nothing is left to ask
        "When did the harbour open?",
        "When was the city of London founded?",
        "Who owns the mill of the Tarn brewery?",  # the brewery of that name, not the Tarn
        "Who led the American board meeting?",
        "Wann wurde die Mühle gebaut?",
        "",
        "the of 's the who",
    ],
)
def test_a_question_without_a_description_is_left_whole(question: str) -> None:
    assert find_described(question) is None


def test_kin_of_kin_is_said_by_nearer_ones() -> None:
    asked = nearer_kin("Who is Ann Bell's paternal grandfather?")
    assert asked == "Who is the father of the father of Ann Bell?"
    found = find_described(asked)
    assert found is not None
    assert found.question == "Who is the father of Ann Bell?"
    assert nearer_kin("Who is Ann Bell?") == "Who is Ann Bell?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Which film was released first, Dead Mine or Witch Story?",
            (
                ("Dead Mine", "Witch Story"),
                None,
                "When was {} released?",
                Choice.FIRST,
            ),
        ),
        (
            "Which film has the director who was born later, The Cat And Fiddle or Spione?",
            (
                ("The Cat And Fiddle", "Spione"),
                "director",
                "When was {} born?",
                Choice.LAST,
            ),
        ),
        (
            "Was Ann Bell or Tom Day born first?",
            (
                ("Ann Bell", "Tom Day"),
                None,
                "When was {} born?",
                Choice.FIRST,
            ),
        ),
        (
            "Who died earlier out of Ann Bell and Tom Day?",
            (
                ("Ann Bell", "Tom Day"),
                None,
                "When did {} die?",
                Choice.FIRST,
            ),
        ),
        (
            "Between the Old Mill and the Dam, which was built last?",
            (
                ("the Old Mill", "the Dam"),
                None,
                "When was {} built?",
                Choice.LAST,
            ),
        ),
        (
            "Who is younger, Ann Bell or Tom Day?",
            (
                ("Ann Bell", "Tom Day"),
                None,
                "When was {} born?",
                Choice.LAST,
            ),
        ),
        (
            "Are Ann Bell and Tom Day from the same country?",
            (
                ("Ann Bell", "Tom Day"),
                None,
                "Which country is {} from?",
                Choice.SAME_COUNTRY,
            ),
        ),
        (
            "Are both Tarn Airport and Moor Airport located in the same country?",
            (
                ("Tarn Airport", "Moor Airport"),
                None,
                "In which country is {} located?",
                Choice.SAME_COUNTRY,
            ),
        ),
    ],
)
def test_a_comparison_asks_of_both_what_decides(
    question: str, expected: tuple[object, ...]
) -> None:
    found = find_compared(question)
    assert found is not None
    assert (found.options, found.relation, found.questions[0], found.choice) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Which novelist was educated in London, Ann Bell or Tom Day?",  # no dates decide that
        "Are Ann Bell and Tom Day writers?",
        "Did the first mill or brewery pay more?",
        "What was built first?",
        "Tea or coffee?",
        "Was Ann Bell or Tom Day born after 1950?",
        "Which company was founded before 1990, Tarn or Moor?",
        "Which party was founded on the last day of the year, Tarn or Moor?",
        "Was Ann Bell or Tom Day born in the first week of May?",
        "Who died younger, Ann Bell or Tom Day?",
        "Who is not older, Ann Bell or Tom Day?",
        "Which film was released less recently, Dead Mine or Witch Story?",
        "Who was older when they married, Ann Bell or Tom Day?",
        "Are Ann Bell and Tom Day not from the same country?",
        "Are Ann Bell, Cid Moor and Tom Day from the same country?",
        "Are Ann Bell and Tom Day from the same country club?",
        "Are Ann Bell and Tom Day from the same country as Cid Moor?",
    ],
)
def test_what_cannot_be_computed_is_no_comparison(question: str) -> None:
    assert find_compared(question) is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("born 5 October 1987 in Tarn", (1987, 10, 5)),
        ("October 5, 1987", (1987, 10, 5)),
        ("1987-10-05", (1987, 10, 5)),
        ("in October 1987", (1987, 10)),
        ("opened in 1921.", (1921,)),
        ("the 1930s", None),
        ("before 1900", None),
        ("in 1066 BC", None),
        ("after 2000 metres", None),
        ("1961 or 1962", None),
        ("on 5 October", None),
        ("31 February 1987", None),
        ("no date", None),
    ],
)
def test_a_date_is_read_as_far_as_it_is_told(text: str, date: tuple[int, ...] | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("choice", "first", "second", "decided"),
    [
        (Choice.FIRST, ["1990"], ["5 May 1989"], 1),
        (Choice.FIRST, ["1988"], ["5 May 1989"], 0),
        (Choice.LAST, ["3 May 1989"], ["5 May 1989"], 1),
        (Choice.FIRST, ["1989"], ["5 May 1989"], None),  # it may have been before or after
        (Choice.FIRST, ["long ago"], ["1989"], None),
        (Choice.LONGEST, ["1900", "1990"], ["1900", "1950"], 0),
        (Choice.LONGEST, ["1900", "1990"], ["1950", "1900"], None),
        (Choice.SAME_COUNTRY, ["American"], ["the United States"], True),
        (Choice.SAME_COUNTRY, ["Kent, England"], ["British"], True),
        (Choice.SAME_COUNTRY, ["US"], ["an American writer"], True),
        (Choice.SAME_COUNTRY, ["Australia"], ["Austria"], False),
        (Choice.SAME_COUNTRY, ["Niger"], ["Nigerian"], False),
        (Choice.SAME_COUNTRY, ["North Korea"], ["South Korea"], False),
        (Choice.SAME_COUNTRY, ["Northern Ireland"], ["Ireland"], False),
        (Choice.SAME_COUNTRY, ["Paris"], ["French"], None),  # there are others
        (Choice.SAME_COUNTRY, ["not American"], ["American"], None),
        (Choice.SAME_COUNTRY, ["London, England, later Canada"], ["British"], None),
        (Choice.SAME_COUNTRY, ["Papua New Guinea"], ["Guinea"], None),
        (Choice.SAME_COUNTRY, ["Tinghir Province, Morocco"], ["Sistan Province, Iran"], False),
        (Choice.SAME_COUNTRY, ["it"], ["Iran"], None),
    ],
)
def test_what_answers_say_decides_a_comparison_or_leaves_it_open(
    choice: Choice, first: list[str], second: list[str], decided: object
) -> None:
    assert decide(choice, [first, second]) is decided
