"""What plays and when: start, pause, jump, speed, the end, the calm day, a restart."""

from datetime import datetime, timedelta

import httpx
import pytest

from tools.simulator.clock import SimClock
from tools.simulator.emergency.notes import Notes
from tools.simulator.emergency.player import Change, Player, Start
from tools.simulator.intake import Refusal

SOON = timedelta(minutes=20)


def now(state: dict) -> datetime:
    return datetime.fromisoformat(state["now"])


class Wall:
    """Seconds and real time that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def real(self) -> datetime:
        return datetime.fromisoformat("2026-11-26T08:00:00+08:00") + timedelta(seconds=self.seconds)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def make_player(wall: Wall, request):
    root = request.config.rootpath / "tools" / "simulator" / "scenarios"
    folders = {name: root / name for name in ("storm_may", "typhoon_july")}

    def make(path: str = ":memory:") -> Player:
        clock = SimClock(wall.real(), wall, running=True)
        return Player(clock, Notes(path), folders, wall.real)

    return make


def test_a_scenario_starts_at_its_start_and_runs_at_its_speed(make_player, wall) -> None:
    player = make_player()
    player.play(Start(name="storm_may", speed=60))
    begun = player.state()
    assert (begun.now.isoformat(), begun.over) == ("2026-05-18T08:00:00+08:00", False)
    wall.seconds += 30
    assert player.state().now - begun.now == timedelta(minutes=30)


def test_pause_resume_speed_and_jump(make_player, wall) -> None:
    player = make_player()
    player.play(Start(name="storm_may", speed=3600))
    player.change(Change(paused=True))
    wall.seconds += 100
    assert player.state().now.isoformat() == "2026-05-18T08:00:00+08:00"
    assert (player.state().paused, player.state().speed) == (True, 3600)
    player.change(Change(paused=False))
    wall.seconds += 1
    assert player.state().now.isoformat() == "2026-05-18T09:00:00+08:00"
    player.change(Change(at=datetime.fromisoformat("2026-05-18T08:30:00+08:00"), speed=1))
    wall.seconds += 60
    assert player.state().now.isoformat() == "2026-05-18T08:31:00+08:00"
    player.change(Change(speed=0))
    wall.seconds += 60
    assert player.state().paused
    player.change(Change(speed=2))
    assert not player.state().paused
    wall.seconds += 60
    assert player.state().now.isoformat() == "2026-05-18T08:33:00+08:00"


def test_after_the_end_the_clock_goes_on_and_stop_returns_to_the_real_time(make_player, wall) -> None:
    player = make_player()
    player.play(Start(name="storm_may", at=datetime.fromisoformat("2026-05-19T19:59:00+08:00")))
    wall.seconds += 120
    assert player.state().over
    player.stop()
    assert player.state().name is None
    assert player.state().now == wall.real()
    wall.seconds += 10
    assert player.state().now == wall.real()


def test_a_restart_goes_on_as_if_the_process_had_never_ended(make_player, wall, tmp_path) -> None:
    first = make_player(str(tmp_path / "city.db"))
    first.play(Start(name="typhoon_july", speed=600))
    wall.seconds += 6
    assert first.state().now.isoformat() == "2026-07-21T13:00:00+08:00"
    wall.seconds += 6  # nobody asks while it is down
    again = make_player(str(tmp_path / "city.db")).state()
    assert (again.name, again.speed, again.now.isoformat()) == (
        "typhoon_july",
        600,
        "2026-07-21T14:00:00+08:00",
    )


def test_a_paused_scenario_stays_where_it_was_over_a_restart(make_player, wall, tmp_path) -> None:
    first = make_player(str(tmp_path / "city.db"))
    first.play(Start(name="storm_may", paused=True))
    wall.seconds += 600
    again = make_player(str(tmp_path / "city.db")).state()
    assert (again.paused, again.now.isoformat()) == (True, "2026-05-18T08:00:00+08:00")


def test_an_unknown_scenario_is_refused_and_leaves_what_plays(make_player) -> None:
    player = make_player()
    player.play(Start(name="storm_may", paused=True))
    with pytest.raises(Refusal, match="storm_may"):
        player.play(Start(name="nothing"))
    assert player.state().name == "storm_may"


def test_over_http(storm) -> None:
    assert [s["name"] for s in storm.json("/_control/scenarios")][:1] != []
    state = storm.json("/_control/scenario")
    assert (state["name"], state["now"]) == ("storm_may", "2026-05-18T17:30:00+08:00")
    assert storm.jump("18T12:00")["now"] == "2026-05-18T12:00:00+08:00"
    assert storm.http.post("/_control/scenario", json={"name": "x"}).status_code == 404
    assert storm.http.patch("/_control/scenario", json={"speed": -1}).status_code == 422
    assert storm.http.delete("/_control/scenario").json()["name"] is None


def test_a_scenario_that_does_not_read_is_told_with_its_line(start_simulator, scenarios_with) -> None:
    root = scenarios_with("observations.csv", "2026-05-17T08:10:00+08:00,RG01", "yesterday,RG01")
    _, url = start_simulator("--scenarios", str(root))
    with httpx.Client(base_url=url, trust_env=False) as http:
        answer = http.post("/_control/scenario", json={"name": "storm_may"})
        assert answer.status_code == 422
        assert "第 2 行" in answer.text
        assert http.get("/_control/scenario").json()["name"] is None


def test_the_command_line_plays_and_a_restart_keeps_time_calls_and_faults(start_simulator, tmp_path) -> None:
    arguments = ("--db", str(tmp_path / "city.db"), "--scenario", "storm_may", "--speed", "0")
    process, url = start_simulator(*arguments)
    with httpx.Client(base_url=url, trust_env=False) as http:
        http.patch("/_control/scenario", json={"at": "2026-05-18T17:00:00+08:00"}).raise_for_status()
        http.post("/calls", json={"contact_id": "CT001", "message": "请到岗"}).raise_for_status()
        http.post("/_control/stations/RG01/fault", json={"kind": "silent"}).raise_for_status()
        http.post("/_control/feeds/reports/fault", json={"kind": "down"}).raise_for_status()
    process.kill()
    process.wait()
    _, url = start_simulator(*arguments)
    with httpx.Client(base_url=url, trust_env=False) as http:
        state = http.get("/_control/scenario").json()
        assert (state["now"], state["paused"]) == ("2026-05-18T17:00:00+08:00", True)
        assert http.get("/_control/calls").json()["count"] == 1
        assert list(http.get("/_control/stations/faults").json()) == ["RG01"]
        assert http.get("/reports").status_code == 503


def test_reset_forgets_the_storm(storm) -> None:
    storm.fault("RG01", "silent")
    storm.feed_fault("alerts", "down")
    storm.http.post("/calls", json={"contact_id": "CT001", "message": "请到岗"}).raise_for_status()
    storm.http.post("/_control/reset").raise_for_status()
    assert storm.json("/_control/scenario")["name"] is None
    assert storm.json("/_control/calls")["count"] == 0
    assert storm.json("/_control/stations/faults") == storm.json("/_control/feeds/faults") == {}
