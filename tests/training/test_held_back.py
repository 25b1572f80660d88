"""Questions are parted so that the test is about other articles, or at least other paragraphs."""

from __future__ import annotations

import pytest

from groundwire.core.errors import UsageError
from groundwire.training import Parted, SquadQuestion, answerable, hold_back


def questions(articles: int, paragraphs: int, each: int = 1) -> list[SquadQuestion]:
    """So many articles of so many paragraphs, each with so many questions."""
    return [
        SquadQuestion(
            title=f"Article {article}",
            place=f"Article {article}#{paragraph}",
            context=f"Text {paragraph} of article {article}.",
            text=f"Question {number}?",
            answers=(("Text", 0),),
        )
        for article in range(articles)
        for paragraph in range(paragraphs)
        for number in range(each)
    ]


def titles(part: tuple[SquadQuestion, ...]) -> set[str]:
    return {one.title for one in part}


def sizes(parted: Parted) -> tuple[int, int]:
    return len(parted.training), len(parted.held_back)


def test_about_a_third_is_held_back_by_whole_articles() -> None:
    parted = hold_back(questions(12, 10), seed=1)
    assert parted.unit == "article"
    assert sizes(parted) == (80, 40)
    assert not titles(parted.training) & titles(parted.held_back)


def test_two_articles_are_parted_by_paragraph() -> None:
    parted = hold_back(questions(2, 60, 2), seed=1)
    assert parted.unit == "paragraph"
    assert sizes(parted) == (160, 80)
    places = [{one.place for one in part} for part in (parted.training, parted.held_back)]
    assert not places[0] & places[1]


def test_a_paragraph_that_stands_twice_is_on_one_side() -> None:
    found = questions(1, 120)
    twice = [*found, *(_again(one) for one in found)]
    parted = hold_back(twice, seed=4)
    texts = [{one.context for one in part} for part in (parted.training, parted.held_back)]
    assert not texts[0] & texts[1]


def _again(question: SquadQuestion) -> SquadQuestion:
    return SquadQuestion(
        title=question.title,
        place=f"{question.place} again",
        context=question.context,
        text="Asked again?",
        answers=question.answers,
    )


def test_the_seed_decides_what_is_held_back() -> None:
    found = questions(30, 5)
    assert hold_back(found, seed=1) == hold_back(found, seed=1)
    assert titles(hold_back(found, seed=1).held_back) != titles(hold_back(found, seed=2).held_back)


@pytest.mark.parametrize("seed", range(10))
def test_an_article_far_larger_than_the_others_is_trained_on(seed: int) -> None:
    large = [one for one in questions(1, 300) if one.title == "Article 0"]
    small = [one for one in questions(21, 6) if one.title != "Article 0"]
    parted = hold_back([*large, *small], seed=seed)
    assert "Article 0" not in titles(parted.held_back)
    assert len(parted.held_back) == 120


@pytest.mark.parametrize(("articles", "found"), [(3, "20 .* 10 "), (1, "20 .* 10 ")])
def test_too_few_questions_are_refused_with_their_numbers(articles: int, found: str) -> None:
    with pytest.raises(UsageError, match=found) as caught:
        hold_back(questions(articles, 30 // articles), seed=1)
    assert "90" in caught.value.advice


def test_questions_without_an_answer_do_not_count() -> None:
    without = [
        SquadQuestion(title=one.title, place=one.place, context=one.context, text="?", answers=())
        for one in questions(12, 10)
    ]
    assert answerable(without) == []
    with pytest.raises(UsageError, match="too few"):
        hold_back([*questions(12, 5), *without], seed=1)
