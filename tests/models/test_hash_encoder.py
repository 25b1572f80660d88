from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from groundwire.core.protocols import Encoder
from groundwire.core.settings import EncoderSettings
from groundwire.models.encoders import load_encoder
from groundwire.models.hash_encoder import HashEncoder

TEXTS = [
    "The mill at Orrin was built in 1874.",
    "The harbour pilot keeps a log of every tide.",
    "물레방아는 1874년에 지어졌다.",
    "La panadería abre a las seis.",
]


def first_row(encoder: Encoder, text: str) -> list[float]:
    return [float(value) for value in encoder.encode([text])[0]]


def test_vectors_have_unit_length_and_shape() -> None:
    vectors = HashEncoder().encode([*TEXTS, "", " \n", "!!!", "🙂"])
    assert vectors.shape == (8, HashEncoder().dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_an_empty_matrix() -> None:
    assert HashEncoder().encode([]).shape == (0, 256)


def test_a_text_has_the_same_vector_in_any_company() -> None:
    together = HashEncoder().encode(TEXTS)
    alone = np.vstack([HashEncoder().encode([text]) for text in TEXTS])
    assert together.tobytes() == alone.tobytes()


def test_another_process_gives_the_same_vectors() -> None:
    code = (
        "import sys; from groundwire.models.hash_encoder import HashEncoder;"
        "sys.stdout.write(HashEncoder().encode([sys.argv[1]]).tobytes().hex())"
    )
    command = [sys.executable, "-c", code, TEXTS[0]]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert output == HashEncoder().encode(TEXTS[:1]).tobytes().hex()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("When was the mill built?", 0),
        ("Who logs tides in the harbour?", 1),
        ("물레방아", 2),
        ("panaderías", 3),
    ],
)
def test_shared_words_and_letters_find_the_passage(query: str, expected: int) -> None:
    encoder = HashEncoder()
    scores = encoder.encode(TEXTS) @ encoder.encode([query])[0]
    assert int(scores.argmax()) == expected


def test_case_does_not_matter() -> None:
    assert first_row(HashEncoder(), "Orrin MILL") == first_row(HashEncoder(), "orrin mill")


def test_text_past_the_limit_is_not_read() -> None:
    encoder = HashEncoder()
    long = "word " * encoder.max_tokens
    assert first_row(encoder, long) == first_row(encoder, long + "another ending")
    assert encoder.count_tokens([long, "", "Two words."]) == [encoder.max_tokens, 0, 3]


def test_a_long_run_without_blanks_and_broken_unicode_are_taken() -> None:
    vectors = HashEncoder().encode(["長" * 100_000, "\ud800 half a pair"])
    assert np.isfinite(vectors).all()


def test_the_settings_choose_it() -> None:
    encoder = load_encoder(EncoderSettings(model="hash"))
    assert encoder.name == HashEncoder().name
    assert first_row(encoder, TEXTS[0]) == first_row(HashEncoder(), TEXTS[0])
