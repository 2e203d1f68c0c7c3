"""What each kind of risk point answers to, whether its people move, what is sent ahead (weather/risk_kinds.toml)."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from knowledge.city.source import Record, Text

RISK_KINDS_FILE = "weather/risk_kinds.toml"
ANY = "*"
"""In place of kinds of teams: whoever is nearest."""

Water = Literal["rain", "ponding", "river"]


class Need(Record):
    """One thing a point wants: any team of `teams`, or `pieces` of any gear of `gear`.

    weight: how much it matters beside the other needs.
    """

    what: Text
    teams: tuple[Text, ...] = ()
    gear: tuple[Text, ...] = ()
    pieces: int = Field(default=1, gt=0)
    weight: float = Field(default=1.0, gt=0, le=1)

    def fits(self, team_kind: str) -> bool:
        return ANY in self.teams or team_kind in self.teams


class RiskKind(Record):
    """answers_to: gauges that speak for a point which has none of its own: rain of the nearest rain gauge, ponding of
    its street's, river of the nearest river gauge. moves: its people should leave in time (the others stay, are kept
    out, or are sent home)."""

    kind: Text
    answers_to: tuple[Water, ...]
    moves: bool
    needs: tuple[Need, ...] = ()

    def fits(self, team_kind: str) -> bool:
        return any(need.fits(team_kind) for need in self.needs)


class RiskKinds(Record):
    """move_clause: the plan's clause on whom to move. A pack without the file has no kinds."""

    move_clause: str = ""
    kinds: tuple[RiskKind, ...] = ()

    def of(self, kind: str) -> RiskKind:
        """A kind that the pack doesn't list is taken with caution: its people move, the nearest team goes."""
        nearest = Need(what="就近支援", teams=(ANY,))
        cautious = RiskKind(kind=kind, answers_to=("rain", "ponding"), moves=True, needs=(nearest,))
        return self._by_kind.get(kind, cautious)

    @cached_property
    def _by_kind(self) -> dict[str, RiskKind]:
        return {one.kind: one for one in self.kinds}
