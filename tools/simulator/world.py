"""Everything one running simulator holds; routes get it as an argument."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.city import City
from tools.simulator.clock import SimClock
from tools.simulator.emergency.notes import Notes
from tools.simulator.emergency.scene import Scene
from tools.simulator.faults import FaultPlan
from tools.simulator.lifecycle import Habits
from tools.simulator.state import Store


@dataclass(frozen=True)
class World:
    """start: where the clock stands again after a reset (aware)."""

    city: City
    jurisdiction: str
    api_key: str
    start: datetime
    clock: SimClock
    store: Store
    faults: FaultPlan
    habits: Habits
    notes: Notes
    scene: Scene
