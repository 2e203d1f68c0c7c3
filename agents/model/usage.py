"""What a model call cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """Tokens and requests; adds up over the calls of a run. `cached` are prompt tokens that cost nothing."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    calls: int = 0

    @property
    def total(self) -> int:
        return self.prompt + self.completion

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            cached=self.cached + other.cached,
            calls=self.calls + other.calls,
        )
