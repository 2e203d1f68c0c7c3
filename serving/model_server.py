"""The local model server beside the application: brought up in a thread, so that nothing waits for it."""

import logging
import os
import sys
from pathlib import Path
from threading import Event, Thread

from serving.llm import launcher
from serving.llm.errors import LlmError
from serving.llm.service import LlmSettings, bring_up
from serving.settings import Settings

log = logging.getLogger(__name__)

READY_S = 900.0


def llm_settings(settings: Settings) -> LlmSettings:
    """How this machine serves its model: the profile named in PINGJI_LLM_MODEL, else by GPU memory or embedded."""
    small = "embedded-0.5b" if settings.llm_embedded == "0.5b" else None
    return LlmSettings(
        cache=settings.cache_dir,
        data_dir=settings.data_dir,
        interpreter=Path(sys.executable),
        inherited=dict(os.environ),
        cpus=os.cpu_count() or 1,
        port=settings.llm_port,
        profile=settings.llm_model or small,
    )


class ModelServer:
    """Started by `pingji up` unless told otherwise; a server that already ran is used and left running."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._starting = Event()
        self._ours = False

    def start(self) -> None:
        self._starting.set()
        Thread(target=self._bring_up, name="model-server", daemon=True).start()

    def starting(self) -> bool:
        """Whether a silent server is still on its way."""
        return self._starting.is_set()

    def stop(self) -> None:
        if self._ours:
            launcher.stop(self._settings.data_dir)

    def _bring_up(self) -> None:
        known = launcher.status(self._settings.data_dir)
        self._ours = known.state in ("off", "failing")
        try:
            running = bring_up(llm_settings(self._settings), log.info)
            launcher.wait_ready(running, READY_S, log.info)
        except LlmError as error:
            log.warning("模型服务没有启动，按规则处理：%s", error)
        finally:
            self._starting.clear()
