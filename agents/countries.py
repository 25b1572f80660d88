"""Countries as texts name them: by their own names, and by their people's."""

from __future__ import annotations

import re

# Countries by what they and their people are called. Georgia, a state as well, is left out.
_COUNTRIES = (
    "united states|u.s.a.|u.s.|usa|america|american|americans|new mexico",
    "united kingdom|u.k.|britain|british|england|english|scotland|scottish|wales|welsh",
    "ireland|irish|republic of ireland",
    "france|french",
    "germany|german|west germany|east germany",
    "italy|italian",
    "spain|spanish",
    "portugal|portuguese",
    "netherlands|dutch|holland",
    "belgium|belgian",
    "luxembourg|luxembourgish",
    "switzerland|swiss",
    "austria|austrian",
    "denmark|danish",
    "sweden|swedish",
    "norway|norwegian",
    "finland|finnish",
    "iceland|icelandic",
    "poland|polish",
    "czech republic|czechia|czech",
    "slovakia|slovak",
    "slovenia|slovenian|slovene",
    "hungary|hungarian",
    "romania|romanian",
    "bulgaria|bulgarian",
    "greece|greek",
    "croatia|croatian",
    "serbia|serbian",
    "bosnia and herzegovina|bosnia|bosnian",
    "albania|albanian",
    "turkey|turkish|t\u00fcrkiye",
    "russia|russian|soviet union|soviet",
    "ukraine|ukrainian",
    "belarus|belarusian",
    "estonia|estonian",
    "latvia|latvian",
    "lithuania|lithuanian",
    "armenia|armenian",
    "azerbaijan|azerbaijani",
    "kazakhstan|kazakh",
    "israel|israeli",
    "lebanon|lebanese",
    "syria|syrian",
    "iraq|iraqi",
    "iran|iranian|persian",
    "saudi arabia|saudi",
    "egypt|egyptian",
    "morocco|moroccan",
    "algeria|algerian",
    "tunisia|tunisian",
    "nigeria|nigerian",
    "niger|nigerien",
    "ghana|ghanaian",
    "kenya|kenyan",
    "ethiopia|ethiopian",
    "uganda|ugandan",
    "tanzania|tanzanian",
    "senegal|senegalese",
    "cameroon|cameroonian",
    "south africa|south african",
    "zimbabwe|zimbabwean",
    "india|indian",
    "pakistan|pakistani",
    "bangladesh|bangladeshi",
    "sri lanka|sri lankan",
    "nepal|nepalese|nepali",
    "afghanistan|afghan",
    "china|chinese|people's republic of china",
    "hong kong",
    "taiwan|taiwanese",
    "japan|japanese",
    "south korea|south korean|korean",
    "north korea|north korean",
    "vietnam|vietnamese",
    "thailand|thai",
    "cambodia|cambodian",
    "malaysia|malaysian",
    "singapore|singaporean",
    "indonesia|indonesian",
    "philippines|filipino|philippine",
    "australia|australian",
    "new zealand|new zealander",
    "canada|canadian",
    "mexico|mexican",
    "cuba|cuban",
    "jamaica|jamaican",
    "haiti|haitian",
    "dominican republic",
    "brazil|brazilian",
    "argentina|argentine|argentinian",
    "chile|chilean",
    "peru|peruvian",
    "colombia|colombian",
    "venezuela|venezuelan",
    "uruguay|uruguayan",
    "paraguay|paraguayan",
    "bolivia|bolivian",
    "ecuador|ecuadorian",
)
_COUNTRY_OF = {name: place for place, names in enumerate(_COUNTRIES) for name in names.split("|")}
_COUNTRY = re.compile(
    r"(?<![\w.])(?:"
    + "|".join(sorted(map(re.escape, _COUNTRY_OF), key=len, reverse=True))
    + r")(?!\w)",
    re.IGNORECASE,
)
# In front of a country these make it another place.
_ELSEWHERE = re.compile(
    r"\b(?:south|north|central|latin|not|non)[\s-]+$|\b(?:guinea|new)\s+$", re.IGNORECASE
)
# Too short to be told from other words but as they are written.
_SHORT = ((re.compile(r"\bUS\b"), "United States"), (re.compile(r"\bUK\b"), "Britain"))
_NORTHERN_IRELAND = re.compile(r"\bnorthern ireland\b", re.IGNORECASE)


def find_countries(text: str) -> set[int]:
    """The countries that a text names, by numbers that stand for them."""
    for form, name in (*_SHORT, (_NORTHERN_IRELAND, "Britain")):
        text = form.sub(name, text)
    return {
        _COUNTRY_OF[found.group().lower()]
        for found in _COUNTRY.finditer(text)
        if not _ELSEWHERE.search(text[: found.start()])
    }
