import sys
from pathlib import Path

import pytest

from serving.llm.command import Launch, command
from serving.llm.embedded import EMBEDDED
from serving.llm.errors import LlmError, UnknownProfile
from serving.llm.gpu import gpu_memory
from serving.llm.profiles import CPU_DEFAULT, PROFILES, choose_profile, find_profile, parallel


@pytest.mark.parametrize(
    ("gpus_gib", "name"),
    [
        ([], "embedded-1.5b"),
        ([4], "embedded-1.5b"),
        ([16], "qwen3.5-4b"),
        ([24], "qwen3.5-4b"),  # 9B needs 23 GiB, and a tenth stays free
        ([48], "qwen3-14b"),
        ([80], "qwen3.5-27b"),
        ([48, 48], "qwen3.5-35b-a3b"),
        ([80, 80, 80], "glm-4.5-air-fp8"),
        ([80] * 8, "qwen3.5-122b-a10b"),
    ],
)
def test_a_machine_gets_what_fits_its_cards(gpus_gib: list[int], name: str) -> None:
    chosen = choose_profile([gib * 1024 for gib in gpus_gib])
    assert chosen.name == name


def test_cards_are_used_in_powers_of_two() -> None:
    assert [parallel(count) for count in range(9)] == [0, 1, 2, 2, 4, 4, 4, 4, 8]


def test_embedded_profiles_have_their_weights() -> None:
    assert {p.source for p in PROFILES.values() if p.embedded} == set(EMBEDDED)


def test_an_unknown_profile_lists_the_known() -> None:
    with pytest.raises(UnknownProfile, match="qwen3-8b"):
        find_profile("gpt")


def test_gpu_memory_is_read_or_absent_or_a_fault(tmp_path: Path) -> None:
    say = tmp_path / "smi"
    say.write_text("#!/bin/sh\necho 81559\necho 81559\n")
    say.chmod(0o755)
    assert gpu_memory([str(say)]) == [81559, 81559]
    assert gpu_memory([str(tmp_path / "none")]) == []
    say.write_text("#!/bin/sh\necho 'driver mismatch' >&2; exit 9\n")
    with pytest.raises(LlmError, match="显卡驱动"):
        gpu_memory([str(say)])


def launch(**changes: object) -> Launch:
    fields: dict[str, object] = {
        "python": Path(sys.executable),
        "profile": CPU_DEFAULT,
        "model": "/cache/models/m",
        "port": 8100,
        "workdir": Path("/cache/run"),
        "gpus": 0,
        "cpus": 2,
    }
    return Launch(**(fields | changes))  # type: ignore[arg-type]


def test_the_cpu_command_is_offline_loopback_and_outside_the_checkout() -> None:
    line = command(launch())
    text = " ".join(line)
    assert line[:5] == ["/usr/bin/env", "-C", "/cache/run", "-u", "PYTHONPATH"]
    for part in (
        "HF_HUB_OFFLINE=1",
        "VLLM_CPU_OMP_THREADS_BIND=nobind",
        "--host 127.0.0.1",
        "--enforce-eager",
        "--scheduling-policy priority",
        "--max-num-queued-reqs",
        "--structured-outputs-config.backend xgrammar",
        "--structured-outputs-config.disable_any_whitespace true",
        "--enable-prefix-caching",
    ):
        assert part in text
    assert "tensor-parallel" not in text


def test_the_gpu_command_spreads_over_cards_and_may_fetch() -> None:
    text = " ".join(command(launch(profile=PROFILES["qwen3.5-35b-a3b"], model="Qwen/x", gpus=3)))
    assert "--tensor-parallel-size 2" in text
    assert "--reasoning-parser qwen3 " in text
    assert "HF_HUB_OFFLINE" not in text
    assert "VLLM_CPU" not in text
    assert "--enforce-eager" not in text
