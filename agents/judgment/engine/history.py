"""Which level was possible when: the past that the end conditions look back on."""

from agents.judgment.engine.logic import Truth


class History:
    """Per hazard the highest level with a condition met or unknown, at every evaluation since `begin`."""

    def __init__(self, begin: int, step: int, keep: int) -> None:
        self.begin = begin
        self.step = step
        self._keep = keep
        self._possible: dict[str, list[tuple[int, int | None]]] = {}

    def record(self, hazard: str, possible: int | None, at: int) -> None:
        """Once per evaluation and hazard, in order; a second time at the same moment replaces the first."""
        rows = [row for row in self._possible.get(hazard, ()) if at - self._keep < row[0] < at]
        self._possible[hazard] = [*rows, (at, possible)]

    def clear(self, hazard: str, level: int, window: int, at: int) -> Truth:
        """Was nothing at `level` or higher met or unknown in (at - window, at]? None: not watched long enough."""
        if self.begin > at - window + self.step:
            return None
        return not any(_blocks(possible, level) for _, possible in self._since(hazard, at - window))

    def clear_for(self, hazard: str, level: int, at: int) -> int:
        """For how long it has been so, as far as is remembered."""
        blocked = [
            when for when, possible in self._since(hazard, at - self._keep) if _blocks(possible, level)
        ]
        return at - max(blocked, default=max(self.begin, at - self._keep))

    def _since(self, hazard: str, after: int) -> list[tuple[int, int | None]]:
        return [row for row in self._possible.get(hazard, []) if row[0] > after]


def _blocks(possible: int | None, level: int) -> bool:
    return possible is not None and possible <= level
