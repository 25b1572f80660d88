"""What a server says that it serves, by the list that OpenAI's protocol has for it."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from groundwire.core.llm_settings import RoleSettings


def list_served(settings: RoleSettings) -> dict[str, int | None]:
    """The models at the first address of ``settings``, each with its context length in tokens.

    None stands for a length that is not told. Empty without an address, or where nothing that can
    be read is answered: not every server has such a list.
    """
    if not settings.base_urls:
        return {}
    try:
        rows = _get_json(f"{settings.base_urls[0]}/models", settings)["data"]
        return {str(row["id"]): row.get("max_model_len") for row in rows}
    except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _get_json(url: str, settings: RoleSettings) -> Any:  # noqa: ANN401 - whatever was sent
    parts = urlsplit(url)
    # No library that follows redirections: they would carry the key elsewhere.
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=settings.timeout)
    key = settings.api_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        connection.request("GET", parts.path, headers=headers)
        response = connection.getresponse()
        return json.loads(response.read(1_000_000)) if response.status == 200 else {}
    finally:
        connection.close()
