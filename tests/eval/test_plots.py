"""Plots as somebody meets them: well-formed, the same each time, and told to those who see none."""

from collections.abc import Callable

import numpy as np
import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.eval.plots import (
    plot_latency,
    plot_measures,
    plot_reliability,
    plot_risk_coverage,
    plot_scores,
)
from groundwire.eval.schema import Estimate

SVG = "{http://www.w3.org/2000/svg}"
HALF = Estimate(mean=0.5, low=0.4, high=0.6, n=20)
PLOTS: dict[str, Callable[[], str]] = {
    "risk and coverage": lambda: plot_risk_coverage(
        np.array([0.25, 0.5]), np.array([0.0, 0.5]), points={"local": (0.5, 0.5)}
    ),
    "reliability": lambda: plot_reliability(
        np.array([0.2, 0.9]), np.array([0.1, 1.0]), np.array([3.0, 7.0])
    ),
    "latency": lambda: plot_latency([0.02, 0.03, 0.4]),
    "scores": lambda: plot_scores("F1", [0.0, 0.25, 1.0]),
    "measures": lambda: plot_measures({"a": {"F1": HALF}, "b": {"F1": HALF}}, ["F1"]),
}


def words(svg: str) -> str:
    """All text of a plot, in the order in which it is drawn."""
    texts = ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    return "\n".join(texts)


@pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS)
def test_a_plot_is_one_element_that_is_the_same_each_time(draw: Callable[[], str]) -> None:
    svg = draw()
    assert svg == draw()
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == root.attrib["aria-label"]
    references = [value for node in root.iter() for key, value in node.items() if "href" in key]
    assert all(value.startswith("#") for value in references)


@pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS)
def test_text_takes_the_colour_of_the_reader_and_no_ground_is_painted(
    draw: Callable[[], str],
) -> None:
    svg = draw()
    assert "fill: currentColor" in svg
    assert "prefers-color-scheme:dark" in svg
    assert "#ffffff" not in svg
    assert "#000000" not in svg


def test_what_is_drawn_is_told_in_numbers() -> None:
    assert "risk 0% at first, 50% for all" in PLOTS["risk and coverage"]()
    assert "0.90: 1.00 of 7" in PLOTS["reliability"]()
    assert "p50 30 milliseconds" in PLOTS["latency"]()
    assert "mean 41.7" in PLOTS["scores"]()
    assert "a: F1 50.0; b: F1 50.0" in PLOTS["measures"]()


def test_axes_have_units_and_systems_names() -> None:
    assert "Coverage: % of questions answered" in words(PLOTS["risk and coverage"]())
    assert "Milliseconds a question" in words(PLOTS["latency"]())
    assert "Seconds a question" in words(plot_latency([2.0]))
    assert "F1, points" in words(PLOTS["scores"]())
    assert {"a", "b", "F1"} <= set(words(PLOTS["measures"]()).splitlines())


def test_scores_of_nought_and_one_are_two_bars_with_their_numbers() -> None:
    drawn = words(plot_scores("EM", [0.0, 0.0, 1.0]))
    assert {"2", "1", "0", "100"} <= set(drawn.splitlines())


def test_nothing_answered_is_an_empty_curve() -> None:
    nothing = np.array([])
    svg = plot_risk_coverage(nothing, nothing, points={})
    assert "no answers" in svg
    assert ElementTree.fromstring(plot_reliability(nothing, nothing, nothing)) is not None


def test_a_fifth_system_is_left_out() -> None:
    drawn = words(plot_measures({f"s{i}": {"F1": HALF} for i in range(5)}, ["F1"]))
    assert "s3" in drawn
    assert "s4" not in drawn


@given(st.text(st.characters(exclude_categories=[])))
@settings(max_examples=15, deadline=None)
def test_whatever_a_system_is_called_the_plot_is_well_formed(name: str) -> None:
    svg = plot_measures({name: {"F1": HALF}}, ["F1"])
    assert [
        node.tag for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("script")
    ] == []
    svg.encode()
