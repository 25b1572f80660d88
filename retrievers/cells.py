"""Values of cells as a person sees them: dates, amounts and shares in their number format."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_CURRENCY = re.compile(r"\[\$([^\-\]]+)[^\]]*\]|\"([^\"0#]+)\"|([$€£¥₩])")
_DECIMALS = re.compile(r"[0#?]\.(0+)")


def show_value(value: object, number_format: str = "General") -> str:
    """``value`` of a cell with ``number_format`` as text; '' for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, (number_format or "General").split(";")[0])
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).strip()


def _number(value: float, pattern: str) -> str:
    if pattern in {"General", "@", ""} or not any(map(pattern.count, "0#")):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if "E+" in pattern.upper() or "/" in pattern:
        return f"{value:.15g}"
    decimals = _DECIMALS.search(pattern)
    places = len(decimals.group(1)) if decimals else 0
    comma = "," if re.search(r"[#0],[#0]", pattern) else ""
    if "%" in pattern:
        return f"{value * 100:{comma}.{places}f}%"
    return _amount(f"{value:{comma}.{places}f}", pattern)


def _amount(shown: str, pattern: str) -> str:
    """``shown`` with the currency that ``pattern`` names, on the side where it stands there."""
    currency = _CURRENCY.search(pattern)
    if currency is None:
        return shown
    sign = next(filter(None, currency.groups())).strip()
    before = currency.start() < min(map(pattern.find, filter(pattern.count, "0#")))
    return f"{sign}{shown}" if before else f"{shown} {sign}"
