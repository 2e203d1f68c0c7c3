"""From settings to a launch, with stand-ins for the environment, the weights and the process."""

import sys
from pathlib import Path
from typing import Any

import pytest

from serving.llm import service
from serving.llm.command import Launch
from serving.llm.errors import UnknownProfile
from serving.llm.service import LlmSettings, bring_up


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Launch]:
    made: list[Launch] = []

    def start(launch: Launch, data_dir: Path, inherited: Any) -> None:
        made.append(launch)

    monkeypatch.setattr(service, "install_environment", lambda environment, say: say(environment.kind))
    monkeypatch.setattr(service, "prepare", lambda model, environment, say: tmp_path / model.name)
    monkeypatch.setattr(service, "start", start)
    return made


def settings(tmp_path: Path, profile: str | None = None) -> LlmSettings:
    return LlmSettings(tmp_path, tmp_path, Path(sys.executable), {}, cpus=2, profile=profile)


def test_without_a_card_the_embedded_model_runs_on_the_cpu(
    launched: list[Launch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "gpu_memory", list)
    said: list[str] = []
    bring_up(settings(tmp_path), said.append)
    assert said == ["cpu"]
    assert launched[0].model == str(tmp_path / "qwen2.5-coder-1.5b-instruct")
    assert (launched[0].gpus, launched[0].profile.name) == (0, "embedded-1.5b")


def test_with_cards_the_cuda_build_fetches_by_name(
    launched: list[Launch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "gpu_memory", lambda: [81_920, 81_920])
    said: list[str] = []
    bring_up(settings(tmp_path), said.append)
    assert said == ["cuda"]
    assert (launched[0].model, launched[0].gpus) == ("zai-org/GLM-4.5-Air-FP8", 2)


def test_an_embedded_profile_asks_no_driver(
    launched: list[Launch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(service, "gpu_memory")
    bring_up(settings(tmp_path, "embedded-0.5b"), lambda _: None)
    assert launched[0].gpus == 0


def test_an_unknown_profile_stops_before_anything_is_installed(
    launched: list[Launch], tmp_path: Path
) -> None:
    with pytest.raises(UnknownProfile):
        bring_up(settings(tmp_path, "gpt"), lambda _: pytest.fail("installed"))
