"""What is playing: a scenario at some speed, or nothing, which is a calm day by the wall clock."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, Field

from tools.emergency.scenario import ABOUT
from tools.simulator.clock import SimClock
from tools.simulator.emergency.notes import Notes
from tools.simulator.emergency.storm import Storm
from tools.simulator.intake import Refusal

NOTE: Final = "player"
FASTEST: Final = 36000


class Start(BaseModel):
    """at: where to begin, the scenario's start unless told. speed: simulated seconds a second; 0 is paused."""

    name: str
    at: AwareDatetime | None = None
    speed: float = Field(default=1, ge=0, le=FASTEST)
    paused: bool = False


class Change(BaseModel):
    at: AwareDatetime | None = None
    speed: float | None = Field(default=None, ge=0, le=FASTEST)
    paused: bool | None = None


class Titled(BaseModel):
    """One scenario that can be played."""

    name: str
    title: str
    start: datetime
    end: datetime


class Playing(BaseModel):
    """over: the clock has passed the scenario's end; the weather calms down from there."""

    name: str | None
    title: str
    start: datetime | None
    end: datetime | None
    now: datetime
    speed: float
    paused: bool
    over: bool
    story: str


class _Kept(BaseModel):
    """The player as written down: simulated `now` at the real time `wall`."""

    name: str
    now: AwareDatetime
    wall: AwareDatetime
    speed: float
    paused: bool


class Player:
    """Moves the clock. `folders`: scenario folders by name; `wall`: the real time, which may jump."""

    def __init__(
        self,
        clock: SimClock,
        notes: Notes,
        folders: Mapping[str, Path],
        wall: Callable[[], datetime],
    ) -> None:
        self._clock = clock
        self._notes = notes
        self._folders = folders
        self._wall = wall
        self._home = (clock(), clock.running)
        self.storm: Storm | None = None
        self._read_once: dict[str, tuple[tuple[int, ...], Storm]] = {}  # by the times of its files
        self._resume()

    def titles(self) -> list[Titled]:
        """What can be played."""
        abouts = (tomllib.loads((folder / ABOUT).read_text("utf-8")) for folder in self._folders.values())
        return [Titled.model_validate(about) for about in abouts]

    def play(self, start: Start) -> None:
        """Raises Refusal for an unknown name and BadScenario for a folder that does not read."""
        self.storm = self._read(start.name)
        self._clock.freeze()  # so that a start at 08:00 that is paused stands at 08:00 sharp
        self._clock.set(start.at or self.storm.scenario.start)
        self._go(start.speed, paused=start.paused)

    def change(self, change: Change) -> None:
        speed = self._clock.speed if change.speed is None else change.speed
        paused = not self._clock.running if change.paused is None else change.paused
        if change.speed and change.paused is None:
            paused = False  # a person who sets a speed wants the clock to run
        if change.at is not None:
            self._clock.freeze()
            self._clock.set(change.at)
        self._go(speed, paused=paused)

    def stop(self) -> None:
        """Back to a calm day at the time that it really is, or to where the clock stood at the start."""
        self.storm = None
        start, running = self._home
        self._clock.set(self._wall() if running else start)
        self._go(1, paused=not running)

    def state(self) -> Playing:
        about = self.storm.scenario if self.storm else None
        now = self._clock()
        return Playing(
            name=about.name if about else None,
            title=about.title if about else "平静日（没有播放情景）",
            start=about.start if about else None,
            end=about.end if about else None,
            now=now,
            speed=self._clock.speed,
            paused=not self._clock.running,
            over=about is not None and now > about.end,
            story=about.story.strip() if about else "",
        )

    def _read(self, name: str) -> Storm:
        if name not in self._folders:
            raise Refusal(404, f"没有情景 {name}；可选：{'、'.join(self._folders) or '无'}")
        stamps = tuple(path.stat().st_mtime_ns for path in sorted(self._folders[name].iterdir()))
        if name not in self._read_once or self._read_once[name][0] != stamps:
            self._read_once[name] = (stamps, Storm.read(self._folders[name]))
        return self._read_once[name][1]

    def _go(self, speed: float, *, paused: bool) -> None:
        if speed:
            self._clock.pace(speed)
        if paused or not speed:
            self._clock.freeze()
        else:
            self._clock.run()
        self._keep()

    def _keep(self) -> None:
        if self.storm is None:
            self._notes.forget(NOTE)
            return
        kept = _Kept(
            name=self.storm.scenario.name,
            now=self._clock(),
            wall=self._wall(),
            speed=self._clock.speed,
            paused=not self._clock.running,
        )
        self._notes.keep(NOTE, kept.model_dump_json())

    def _resume(self) -> None:
        """Go on as if the process had never ended: a storm does not wait for it."""
        text = self._notes.kept(NOTE)
        if text is None:
            return
        kept = _Kept.model_validate_json(text)
        if kept.name not in self._folders:
            self._notes.forget(NOTE)
            return
        passed = timedelta(0) if kept.paused else (self._wall() - kept.wall) * kept.speed
        self.play(Start(name=kept.name, at=kept.now + passed, speed=kept.speed, paused=kept.paused))


def scenario_folders(root: Path) -> dict[str, Path]:
    """Name to folder of every scenario under `root`, sorted."""
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{ABOUT}"))}
