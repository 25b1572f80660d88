"""How words are cut, by the document's language."""

import pytest

from groundwire.retrievers.analysis import build_analyser, detect_analyser

LONG = {
    "en": "The harbour master keeps the book in which every boat is written down each day. ",
    "es": "El capitán del puerto lleva el libro en el que se apunta cada barco todos los días. ",
    "de": "Der Hafenmeister führt das Buch, in dem jedes Schiff von Hand eingetragen wird. ",
    "plain": "Przystań otwiera się codziennie o szóstej rano, a łódź odpływa dopiero w południe. ",
    "grams": "港は朝六時に開きます。船は正午に出発します。",
}


@pytest.mark.parametrize("name", LONG)
def test_the_language_is_told(name: str) -> None:
    assert detect_analyser(LONG[name] * 3) == name


def test_short_texts_are_taken_for_english() -> None:
    assert detect_analyser("Hola") == detect_analyser("") == detect_analyser("42") == "en"


def test_words_are_stemmed_and_folded() -> None:
    assert build_analyser("en").analyze("The BOATS are leaving") == ["boat", "leav"]
    assert (
        build_analyser("es").analyze("canciones")[0] == build_analyser("es").analyze("canción")[0]
    )
    assert build_analyser("plain").analyze("Łódź!") == ["lodz"]
    assert build_analyser("grams").analyze("正午") == ["正", "正午", "午"]
