"""The command line of a vLLM server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from serving.llm.profiles import Profile, parallel

SERVED_QUEUE = 256
"""Waiting requests before the server answers 503: our own queue orders what is beyond."""


@dataclass(frozen=True)
class Launch:
    """What to start. `model` is a folder, or a Hugging Face id to be fetched; `gpus` is 0 on a CPU."""

    python: Path
    profile: Profile
    model: str
    port: int
    workdir: Path
    gpus: int
    cpus: int
    kv_gib: int = 2


def command(launch: Launch) -> list[str]:
    """Argument list, run through env: it changes to a folder outside the checkout, whose packages have
    names (tools, evals) that the server's own imports must not find."""
    switches = [f"{name}={value}" for name, value in sorted(_variables(launch).items())]
    return ["/usr/bin/env", "-C", str(launch.workdir), "-u", "PYTHONPATH", *switches, *_server(launch)]


def _variables(launch: Launch) -> Mapping[str, str]:
    variables = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if Path(launch.model).is_absolute():
        variables["HF_HUB_OFFLINE"] = "1"
    if launch.gpus:
        return variables
    variables |= {
        "VLLM_CPU_KVCACHE_SPACE": str(launch.kv_gib),
        # Binding threads to cores starves whoever shares the machine with the server: us.
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": str(launch.cpus),
    }
    openmp = launch.python.parent.parent / "lib" / "libiomp5.so"
    return variables | ({"LD_PRELOAD": str(openmp)} if openmp.is_file() else {})


def _server(launch: Launch) -> Sequence[str]:
    profile = launch.profile
    line = [
        # Not `vllm serve`: the CPU build's distribution has another name, which that command looks up.
        *(str(launch.python), "-m", "vllm.entrypoints.openai.api_server"),
        *("--host", "127.0.0.1", "--port", str(launch.port)),
        *("--model", launch.model, "--served-model-name", profile.name),
        *("--max-model-len", str(profile.context)),
        *("--scheduling-policy", "priority", "--max-num-queued-reqs", str(SERVED_QUEUE)),
        *("--structured-outputs-config.backend", "xgrammar"),
        *("--structured-outputs-config.disable_any_whitespace", "true"),
        *("--enable-prefix-caching", "--enable-prompt-tokens-details"),
        *("--uvicorn-log-level", "warning"),
    ]
    if profile.reasoning_parser:
        line += ["--reasoning-parser", profile.reasoning_parser]
    if profile.tool_parser:
        line += ["--enable-auto-tool-choice", "--tool-call-parser", profile.tool_parser]
    if launch.gpus:
        line += ["--tensor-parallel-size", str(parallel(launch.gpus))]
    else:
        # Compiling would triple the start and gains little on a few cores.
        line += ["--enforce-eager", "--max-num-seqs", "32"]
    return [*line, *profile.flags]
