"""Which GPUs the machine has."""

import subprocess
from collections.abc import Sequence

from serving.llm.errors import LlmError

_QUERY = ("nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")


def gpu_memory(query: Sequence[str] = _QUERY) -> list[int]:
    """Total memory in MiB of each NVIDIA card; empty without a driver.

    Raises LlmError when the driver is there and does not answer: that is a fault to repair, not a machine
    without GPUs.
    """
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True)
        return [int(line) for line in done.stdout.split()]
    except FileNotFoundError:
        return []
    except (subprocess.SubprocessError, ValueError) as error:
        raise LlmError(
            f"nvidia-smi 无法报告显存（{error}）；请检查显卡驱动，或用 --llm URL 指定模型服务"
        ) from error
