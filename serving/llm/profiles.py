"""Which models we know how to serve, and which one a machine gets by default.

Names and parsers: the model cards on Hugging Face and vLLM's parser registries (0.32). Memory is bf16 weights
plus a fifth plus 3 GiB of key-value cache, in GiB over all GPUs together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from serving.llm.errors import UnknownProfile

Thinking = Literal["never", "switch", "always"]


@dataclass(frozen=True)
class Profile:
    """How to serve one model.

    `source` is a Hugging Face id, or the name of an embedded model (serving/llm/embedded.py) when `gpu_gib`
    is 0. `thinking`: `switch` can be turned off by the chat template (and is, in structured steps); `always`
    cannot, so structured steps need room for it (PINGJI_LLM_THINKING_TOKENS).
    """

    name: str
    source: str
    gpu_gib: int
    context: int = 32_768
    reasoning_parser: str | None = None
    tool_parser: str | None = None
    thinking: Thinking = "never"
    flags: tuple[str, ...] = ()

    @property
    def embedded(self) -> bool:
        return self.gpu_gib == 0


def _qwen3(size: str, gpu_gib: int) -> Profile:
    return Profile(
        f"qwen3-{size.lower()}", f"Qwen/Qwen3-{size}", gpu_gib, 32_768, "qwen3", "hermes", "switch"
    )


def _qwen35(size: str, gpu_gib: int) -> Profile:
    # These also see; without images the memory of the vision tower is better spent on the cache.
    return Profile(
        f"qwen3.5-{size.lower()}",
        f"Qwen/Qwen3.5-{size}",
        gpu_gib,
        65_536,
        "qwen3",
        "qwen3_coder",
        "switch",
        ("--language-model-only",),
    )


def _r1(base: str, size: str, gpu_gib: int) -> Profile:
    return Profile(
        f"deepseek-r1-distill-{size.lower()}",
        f"deepseek-ai/DeepSeek-R1-Distill-{base}-{size}",
        gpu_gib,
        32_768,
        "deepseek_r1",
        None,
        "always",
    )


def _glm(variant: str, gpu_gib: int) -> Profile:
    return Profile(
        f"glm-4.5-{variant.lower()}",
        f"zai-org/GLM-4.5-{variant}",
        gpu_gib,
        65_536,
        "glm45",
        "glm45",
        "switch",
    )


CPU_DEFAULT = Profile("embedded-1.5b", "qwen2.5-coder-1.5b-instruct", 0, 8192, tool_parser="hermes")

_ALL: tuple[Profile, ...] = (
    CPU_DEFAULT,
    Profile("embedded-1.5b-int8", "qwen2.5-coder-1.5b-instruct-int8", 0, 8192, tool_parser="hermes"),
    Profile("embedded-0.5b", "qwen2.5-coder-0.5b-instruct", 0, 8192, tool_parser="hermes"),
    _qwen3("0.6B", 5),
    _qwen3("1.7B", 7),
    _qwen3("4B", 13),
    _qwen3("8B", 22),
    _qwen3("14B", 38),
    _qwen3("32B", 78),
    _qwen3("30B-A3B", 74),
    _qwen3("235B-A22B", 530),
    _qwen35("0.8B", 5),
    _qwen35("2B", 8),
    _qwen35("4B", 13),
    _qwen35("9B", 23),
    _qwen35("27B", 66),
    _qwen35("35B-A3B", 84),
    _qwen35("122B-A10B", 282),
    _qwen35("397B-A17B", 900),
    _glm("Air", 242),
    _glm("Air-FP8", 125),
    _r1("Qwen", "7B", 20),
    _r1("Qwen", "14B", 38),
    _r1("Qwen", "32B", 78),
    _r1("Llama", "70B", 166),
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ALL}

_BY_MEMORY = (
    "qwen3.5-122b-a10b",
    "glm-4.5-air-fp8",
    "qwen3.5-35b-a3b",
    "qwen3.5-27b",
    "qwen3-14b",
    "qwen3.5-9b",
    "qwen3.5-4b",
    "qwen3.5-2b",
    "qwen3.5-0.8b",
)


def choose_profile(gpus_mib: Sequence[int]) -> Profile:
    """The strongest default that fits the GPUs' memory (MiB each); the embedded one without a GPU.

    One tenth stays free, and only as many cards count as tensor parallelism can use (a power of two).
    """
    usable = 0.9 * min(gpus_mib) * parallel(len(gpus_mib)) / 1024 if gpus_mib else 0.0
    for name in _BY_MEMORY:
        if PROFILES[name].gpu_gib <= usable:
            return PROFILES[name]
    return CPU_DEFAULT


def parallel(gpus: int) -> int:
    """Cards used together: the largest power of two, because attention heads divide by it."""
    return 1 << (gpus.bit_length() - 1) if gpus else 0


def find_profile(name: str) -> Profile:
    """Profile by name. Raises UnknownProfile listing those there are."""
    if name not in PROFILES:
        raise UnknownProfile(f"没有名为 {name} 的模型方案；可选：{'、'.join(PROFILES)}")
    return PROFILES[name]
