"""Publishing beside everything else: a thread one can look at, stop and wait for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Literal

from knowledge.errors import KnowledgeError
from knowledge.index.embedding import EmbedProgress

State = Literal["words", "vectors", "done", "stopped", "failed"]


@dataclass(frozen=True)
class PublishState:
    """done, total: clauses embedded, of those that lacked a vector. why: of a failure, in Chinese."""

    state: State
    done: int = 0
    total: int = 0
    why: str = ""


class BackgroundPublish:
    """Starts at once. words: makes the stored findable by words; vectors: embeds until told to stop.

    Stopped or killed, it loses at most the slice it was embedding: the next publish goes on from there.
    """

    def __init__(
        self, words: Callable[[], object], vectors: Callable[[EmbedProgress, Callable[[], bool]], None]
    ) -> None:
        self._words = words
        self._vectors = vectors
        self._stop = Event()
        self._state = PublishState("words")
        # A process that ends does not wait for the embedding.
        self._thread = Thread(target=self._run, name="publish", daemon=True)
        self._thread.start()

    @property
    def state(self) -> PublishState:
        return self._state

    def stop(self) -> None:
        """Ask to end after the slice in work; returns at once."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> PublishState:
        """The state when it ended, or after `timeout` seconds."""
        self._thread.join(timeout)
        return self._state

    def _run(self) -> None:
        try:
            if self._words() is not None:
                self._state = PublishState("vectors")
                self._vectors(self._progress, self._stop.is_set)
            self._state = replace(self._state, state="stopped" if self._stop.is_set() else "done")
        except KnowledgeError as error:
            self._state = replace(self._state, state="failed", why=str(error))
        except BaseException as error:
            self._state = replace(self._state, state="failed", why=f"{type(error).__name__}：{error}")
            raise

    def _progress(self, done: int, total: int) -> None:
        self._state = PublishState("vectors", done, total)
