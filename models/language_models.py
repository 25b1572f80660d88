"""Which language model a role has: the one that the settings name, or none."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from groundwire.core.llm_settings import Role
from groundwire.core.protocols import LanguageModel
from groundwire.core.settings import Settings
from groundwire.models.budget import Budget, BudgetedModel
from groundwire.models.litellm_model import LiteLLMModel
from groundwire.models.reply_cache import CachedModel, ReplyCache
from groundwire.models.retrying_model import RetryingModel

_log = logging.getLogger(__name__)


def load_language_model(
    settings: Settings,
    role: Role,
    *,
    budget: Budget | None = None,
    say: Callable[[str], None] = _log.warning,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> LanguageModel | None:
    """The model of ``role``, else that of chat; None when neither is configured.

    Nothing is imported or sent before the first call. Each call is tried again where that may
    help, after ``sleep``; each try is held to ``budget``; replies at temperature 0 are kept in the
    home folder unless ``llm.cache`` is off, and ``say`` is told where those kept are damaged.
    """
    holder = settings.llm.holder(role)
    if holder is None:
        return None
    chosen = settings.llm.of(holder)
    model: LanguageModel = LiteLLMModel(holder, chosen)
    if budget:
        model = BudgetedModel(model, budget, chosen)
    left = budget.seconds_left if budget else lambda: math.inf
    model = RetryingModel(model, sleep=sleep, seconds_left=left)
    if settings.llm.cache:
        model = CachedModel(model, ReplyCache(settings.home, say=say), server=chosen.base_url)
    return model
