"""From settings to a running model server: pick a profile, see to environment and weights, start it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.llm.command import Launch
from serving.llm.embedded import EMBEDDED, prepare
from serving.llm.environment import Environment, Say, install_environment
from serving.llm.gpu import gpu_memory
from serving.llm.launcher import Running, start
from serving.llm.profiles import choose_profile, find_profile


@dataclass(frozen=True)
class LlmSettings:
    """How this machine serves its model.

    `cache` keeps environment and weights (gigabytes, shared by checkouts), `data_dir` the state and the log.
    `profile` None picks one by GPU memory. `interpreter` makes the environment; `inherited` are the variables
    the server process gets; `cpus` the threads it computes with.
    """

    cache: Path
    data_dir: Path
    interpreter: Path
    inherited: Mapping[str, str]
    cpus: int
    port: int = 8100
    profile: str | None = None


def bring_up(settings: LlmSettings, say: Say) -> Running:
    """Start the model server, installing what is missing; returns before it is ready (see wait_ready).

    Raises an LlmError. Minutes on the first call, at once when the server already runs.
    """
    profile = find_profile(settings.profile) if settings.profile else None
    gpus = [] if profile and profile.embedded else gpu_memory()
    profile = profile or choose_profile(gpus)
    # An embedded model is small enough for the CPU build everywhere, and then needs no driver.
    used = [] if profile.embedded else gpus
    environment = Environment(settings.cache, "cuda" if used else "cpu", settings.interpreter)
    install_environment(environment, say)
    model = profile.source
    if profile.embedded:
        model = str(prepare(EMBEDDED[profile.source], environment, say).absolute())
    launch = Launch(
        python=environment.python.absolute(),
        profile=profile,
        model=model,
        port=settings.port,
        workdir=settings.cache / "run",
        gpus=len(used),
        cpus=settings.cpus,
    )
    return start(launch, settings.data_dir, settings.inherited)
