"""How words are cut for BM25: the stemmer of the document's language, or character bigrams."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import py3langid
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# Languages that tantivy has a Snowball stemmer for, by ISO 639-1 code.
STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# Scripts whose words have no spaces between them, and Korean, whose words carry their particles:
# Thai, Lao, Myanmar, Khmer, Hiragana, Katakana, CJK ideographs, Hangul.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f]"
)
LONGEST_WORD = 60
# Names whose terms are remembered, about 5 MB, and how many characters each may have.
NAMES_KEPT, LONGEST_NAME = 16_384, 400
SAMPLE_CHARACTERS = 400
PLAIN, GRAMS = "plain", "grams"
ANALYSERS = (*STEMMED, PLAIN, GRAMS)


def detect_analyser(text: str) -> str:
    """Name of the analyser that fits ``text``: a language, ``grams`` or ``plain``."""
    sample = text[:SAMPLE_CHARACTERS]
    letters = sum(map(str.isalpha, sample))
    if letters and len(UNSPACED.findall(sample)) / letters > 0.2:
        return GRAMS
    # Short texts, tables and code mislead the detector; English stemming does them no harm.
    if letters < 80:
        return "en"
    language = str(py3langid.classify(sample)[0])
    return {"nb": "no", "nn": "no"}.get(language, language if language in STEMMED else PLAIN)


@cache
def build_analyser(name: str) -> TextAnalyzer:
    """The analyser of that name."""
    if name == GRAMS:
        grams = TextAnalyzerBuilder(Tokenizer.ngram(min_gram=1, max_gram=2, prefix_only=False))
        return grams.filter(Filter.lowercase()).build()
    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD))
    words = words.filter(Filter.lowercase())
    # BM25 baselines drop English function words; in other languages it weighs them down by itself.
    if name == "en":
        words = words.filter(Filter.stopword("english"))
    if name in STEMMED:
        words = words.filter(Filter.stemmer(STEMMED[name]))
    return words.filter(Filter.ascii_fold()).build()


def analyse_name(analyser: str, name: str) -> tuple[str, ...]:
    """The terms of a short text as an analyser cuts them: names recur from question to question."""
    few = len(name) <= LONGEST_NAME
    return _remembered(analyser, name) if few else _analyse(analyser, name)


def _analyse(analyser: str, text: str) -> tuple[str, ...]:
    return tuple(build_analyser(analyser).analyze(text))


_remembered = lru_cache(maxsize=NAMES_KEPT)(_analyse)
