"""Settings of language models: one model a role, and none until a person names it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

Role = Literal["chat", "small", "judge"]
# Without a query, which could hold a key, and be shown.
_URL = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")


class Section(BaseModel):
    """A table of settings: nothing unknown in it, and nothing changed once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RoleSettings(Section):
    """One language model: which it is, where it is served, and what it costs."""

    model: str = ""
    """Its name, as LiteLLM or the server at `base_url` knows it; empty: none, or that of `chat`."""
    base_url: str = ""
    """Where it is served, such as http://127.0.0.1:8000/v1; several share the load."""
    api_key: SecretStr = SecretStr("")
    """The key for it; never shown, logged or stored."""
    context: int = Field(default=8192, ge=512)
    """Tokens that it reads and writes together."""
    price_in: float = Field(default=0.0, ge=0)
    """Price of a million tokens read, in USD; 0: unknown or free."""
    price_out: float = Field(default=0.0, ge=0)
    """Price of a million tokens written, in USD; 0: unknown or free."""
    timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds that one call may take."""

    @property
    def base_urls(self) -> list[str]:
        """Every address that ``base_url`` names; none where the model's provider has one."""
        return self.base_url.split()

    @field_validator("model", mode="after")
    @classmethod
    def _strip(cls, value: str) -> str:
        return value.strip()

    @field_validator("base_url", mode="before")
    @classmethod
    def _list_addresses(cls, value: object) -> object:
        """Blanks between addresses, which may come as a list or with commas."""
        found = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(found, list | tuple):
            return value
        if not all(isinstance(one, str) and _URL.fullmatch(one) for one in found):
            raise ValueError("an address is written http://host:port/v1, without name or password")
        return " ".join(one.rstrip("/") for one in found)

    @field_validator("api_key", mode="after")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("a key holds neither blanks nor signs beyond ASCII")
        return SecretStr(key)


class LlmSettings(Section):
    """Language models, by what they do."""

    chat: RoleSettings = RoleSettings()
    small: RoleSettings = RoleSettings()
    judge: RoleSettings = RoleSettings()
    cache: bool = True
    """Whether replies at temperature 0 are kept, and given again without a call."""
    fallback: Literal["none", "local"] = "none"
    """``local``: where the model cannot be reached, the local engine answers and says so."""

    def holder(self, role: Role) -> Role | None:
        """Whose settings hold for ``role``: its own, else those of chat; None: no model at all."""
        named: tuple[Role, ...] = (role, "chat")
        return next((one for one in named if self.of(one).model), None)

    def of(self, role: Role) -> RoleSettings:
        """What is set for ``role`` itself."""
        return {"chat": self.chat, "small": self.small, "judge": self.judge}[role]
