"""Libraries that come with an extra of the installation."""

from __future__ import annotations

from importlib.util import find_spec

from groundwire.core.errors import ModelError


def require_extra(package: str, extra: str) -> None:
    """Raise ModelError naming ``extra`` when ``package`` is not installed; imports nothing."""
    if find_spec(package) is None:
        advice = f'Install it: pip install "groundwire[{extra}]".'
        raise ModelError(f"The package {package} is not installed.", advice)
