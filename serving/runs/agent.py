"""What the server knows of an agent, and what it says of one that fails."""

import traceback
from collections.abc import AsyncIterator
from typing import Protocol

from agents.model.errors import ModelError
from knowledge.errors import KnowledgeError
from prompts.loader import PromptError
from serving.errors import ServingError
from serving.store.tables import Json
from tools.errors import ToolsError

SPEAK_CHINESE = (ServingError, ToolsError, KnowledgeError, ModelError, PromptError)


class Agent(Protocol):
    """A graph with its context, as a stream of events. `agents` builds them; the service knows no graph."""

    def stream(self, run_id: str, start: Json | None, answer: Json | None) -> AsyncIterator[Json]:
        """Events of one stretch: from `start`, from a person's `answer` {approval_id: value}, or on from the
        last checkpoint (both None). Raises Paused where a person is asked."""
        ...

    async def conclusions(self, run_id: str) -> list[Json]:
        """Events that the run's checkpoint implies: what a crash may have kept it from saying."""
        ...

    async def started(self, run_id: str) -> bool:
        """Whether a checkpoint of this run exists."""
        ...

    async def forget(self, run_id: str) -> None:
        """Drop the run's checkpoints."""
        ...


def said(error: BaseException) -> str:
    """The message for the operator: our own errors speak Chinese, foreign ones are only named."""
    if isinstance(error, SPEAK_CHINESE):
        return str(error)
    return f"程序内部错误（{type(error).__name__}）；请重新分析，仍出错时把运行编号交给管理员查日志"


def place(error: BaseException) -> str:
    """For the log. Messages of foreign errors may quote a ticket: only class and place are told."""
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[-5:])
    return f"{type(error).__name__}\n{''.join(frames)}"
