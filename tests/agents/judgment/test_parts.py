"""What the steps find in the two storms, and their rules on hand-made facts."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.judgment import exposure, outlook, placement, rules, signals
from agents.judgment.calls import calls_due, word
from agents.judgment.claims import Reader
from agents.judgment.decision import ExposedPoint, Judgment
from agents.judgment.engine.picture import HazardPicture, Picture
from agents.judgment.gather import gather, unknown_picture
from agents.judgment.interface import as_interface
from agents.judgment.known import Known, in_force, rain_windows, readings
from agents.judgment.reach import OpenRoads, ready_minutes
from agents.judgment.replay import FactSituation
from agents.judgment.situation import CallRecord, Now, Standing
from knowledge.city import City
from knowledge.city.weather import Colour
from tests.agents.judgment.played import at, context_of, scenario
from tools.emergency.facts import CitizenSignal, Observation, WeatherAlert
from tools.emergency.reach import RoadNet

NOON = at("12:00")


def alert(colour: Colour, issued: datetime, *districts: str, key: str = "W1", **more: Any) -> WeatherAlert:
    fields: dict[str, Any] = {
        "event": "issue",
        "type": "暴雨",
        "effective_from": issued,
        "issuer": "市气象台",
    }
    return WeatherAlert(alert_id=key, colour=colour, districts=districts, issued_at=issued, **(fields | more))


def known(city: City, **more: Any) -> Known:
    picture: Picture = unknown_picture(city, NOON, {})
    return Known(at=NOON, picture=picture, standing=Standing(event_id="E"), **more)


def gauge(city: City, station_id: str, value: float) -> Now:
    station = city.weather.stations[station_id]
    return Now(station_id=station_id, metric=station.metrics[0], value=value, at=NOON, state="good")


def hazard(level: int | None, in_force_: int | None, ends: str = "") -> HazardPicture:
    """ends: end conditions as level and state, comma-separated."""
    states = [one.split() for one in ends.split(",") if one]
    condition = {
        "clause": "5.10.3(1)", "hazard": "flood", "text": "", "review": False, "since": NOON, "first_met_at": None,
    }  # fmt: skip
    return HazardPicture.model_validate(
        {
            "hazard": "flood", "name": "防汛", "level": level, "possible": level, "in_force": in_force_,
            "action": "none", "target": None, "conditions": (),
            "end_conditions": [
                condition | {"id": f"E{n}", "level": int(level), "state": state}
                for n, (level, state) in enumerate(states)
            ],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("picture", "signed", "advice"),
    [
        (hazard(None, None), None, ("none", None)),
        (hazard(3, 3), None, ("start", 3)),
        (hazard(1, 1), None, ("start", 1)),
        (hazard(2, 2), 4, ("upgrade", 2)),
        (hazard(3, 3), 3, ("keep", 3)),
        (hazard(4, 3), 3, ("keep", 3)),
        (hazard(4, 4, "3 met,3 not_met"), 3, ("keep", 3)),
        (hazard(4, 4, "3 met,3 unknown"), 3, ("keep", 3)),
        (hazard(4, 4, "3 met,3 human"), 3, ("downgrade", 4)),
        (hazard(None, None, "3 met,3 met,4 met"), 3, ("end", None)),
        (hazard(None, None, "2 met,3 met,4 unknown"), 2, ("downgrade", 4)),
        (hazard(None, None, ""), 3, ("keep", 3)),
    ],
)
def test_advice_is_against_what_is_signed(
    city: City, picture: HazardPicture, signed: Any, advice: tuple[str, int | None]
) -> None:
    assert rules.decide(city.weather.plan, picture, signed) == advice


def test_a_level_includes_the_actions_below_and_of_the_other_hazard(city: City) -> None:
    plan = city.weather.plan
    typhoon = rules.response_of(plan, "typhoon", 2)
    assert typhoon is not None
    sections = {(one.hazard, one.level) for one in rules.lower_levels(plan, typhoon)}
    assert sections == {(hazard, level) for hazard in ("typhoon", "flood") for level in (2, 3, 4)}


def test_recommendation_has_its_four_parts_and_the_plans_people(judgments: list[Judgment]) -> None:
    advice = judgments[2].recommendations[0]
    assert advice.event == "防汛Ⅲ级应急响应（较大）"
    assert (advice.action, advice.level) == ("start", 3)
    assert advice.signer == "市防指常务副总指挥（常务副市长）"
    assert advice.expected_until == datetime.fromisoformat("2026-05-19T10:06:00+08:00")
    assert {one.clause.split("(")[0] for one in advice.measures} == {"5.5.3", "5.4.3"}
    assert {one.unit_name for one in advice.measures if one.unit == "yingji"} == {"市防办"}
    assert {one.name: one.advice for one in advice.four_stops} == dict.fromkeys(
        ("停课", "停工", "停业", "停运"), "consider"
    )


def test_signals_that_ended_are_not_in_force() -> None:
    first = alert("蓝", NOON - timedelta(hours=5), "990302", key="A")
    second = alert("橙", NOON - timedelta(hours=3), "990302", key="B", event="update", supersedes=("A",))
    over = alert("红", NOON - timedelta(hours=3), "990302", key="C", expires_at=NOON)
    later = alert("红", NOON + timedelta(minutes=1), "990302", key="D")
    assert [one.alert_id for one in in_force([later, over, second, first], NOON)] == ["B"]
    cancel = alert("橙", NOON, "990302", key="E", event="cancel", supersedes=("B",))
    assert in_force([first, second, cancel], NOON) == ()


def test_readings_are_cleaned_like_the_engines(city: City) -> None:
    def row(minutes: int, value: float | None, **more: Any) -> Observation:
        when = NOON - timedelta(minutes=minutes)
        fields: dict[str, Any] = {"station_id": "RG01", "metric": "rain_10min", "unit": "mm"}
        return Observation(time=when, value=value, **(fields | more))

    rows = [row(0, 5.0), row(10, 6.5), row(20, 99.0), row(30, None), row(40, 3.0, quality="suspect")]
    found = next(one for one in readings(city, rows, NOON) if one.station_id == "RG01")
    assert found.sums[60] == 11.5
    assert (found.value, found.at, found.state) == (5.0, NOON, "good")
    late = next(one for one in readings(city, rows, NOON + timedelta(minutes=31)) if one.station_id == "RG01")
    assert late.state == "stale"


def test_a_point_is_urgent_by_its_own_gauge_and_words(city: City) -> None:
    values = (gauge(city, "PD01", 30.0), gauge(city, "PD02", 20.0), gauge(city, "LS05", 12.0))
    red = (alert("红", NOON, "990302"),)
    points = exposure.exposed(city, known(city, now=values, alerts=red), RoadNet(city.shapes.roads))
    severity = {one.risk_id: one.severity for one in points}
    assert (severity["RP01"], severity["RP02"], severity["RP37"]) == ("now", "soon", "now")
    assert severity["RP46"] == "now"  # 红色信号撤离, in the signal's district
    assert "RP48" not in severity  # the same words, another district
    assert [one.severity for one in points] == sorted(
        (one.severity for one in points), key=["now", "soon", "watch"].index
    )


def test_shelters_fill_up_and_low_ones_close_when_the_river_is_high(city: City) -> None:
    point = city.weather.risk_points["RP50"].model_copy(update={"people_exposed": 1000})
    low = known(city)
    rooms = exposure.Rooms(city, low)
    first, second = rooms.take(point, 1000), rooms.take(point, 1000)
    assert first is not None
    assert second is not None
    assert (first[0].shelter_id, first[1]) == ("SF25", 600)
    assert second[0].shelter_id != "SF25"
    near = city.weather.risk_points["RP50"].model_copy(update={"shelter_id": "SF26"})
    assert (taken := rooms.take(near, 100)) is not None
    assert taken[0].shelter_id == "SF26"
    high = known(city, now=(gauge(city, "RV02", 34.5),))
    assert (moved := exposure.Rooms(city, high).take(near, 100)) is not None
    assert moved[0].shelter_id != "SF26"


def test_evacuations_are_for_those_who_should_move_now(city: City, judgments: list[Judgment]) -> None:
    points = {one.risk_id: one for one in judgments[5].risk_points}
    moving = judgments[5].evacuations
    assert moving
    assert all(points[one.risk_id].severity == "now" for one in moving)
    assert all(city.weather.risk_kinds.of(points[one.risk_id].kind).moves for one in moving)


def test_nobody_is_sent_twice_and_stocks_hold(city: City, judgments: list[Judgment]) -> None:
    for one in judgments:
        sent: Counter[str] = Counter()
        kinds = {point.risk_id: point.kind for point in one.risk_points}
        for placed in one.placements:
            sent[placed.resource_id] += placed.quantity
            needs = {need.what: need for need in city.weather.risk_kinds.of(kinds[placed.risk_id]).needs}
            team = city.weather.teams.get(placed.resource_id)
            need = needs[placed.why]
            assert team.kind in need.teams if team else True
            assert placed.minutes <= placement.LIMIT
        for resource, amount in sent.items():
            item = city.weather.equipment.get(resource)
            assert amount <= (item.quantity if item else 1)
        met = Counter((placed.risk_id, placed.why) for placed in one.placements)
        assert not met or max(met.values()) == 1


def test_the_assignment_is_the_same_every_time(city: City, judgments: list[Judgment]) -> None:
    points: tuple[ExposedPoint, ...] = judgments[5].risk_points
    asked = known(city).model_copy(update={"at": judgments[5].at})
    roads = OpenRoads(city, asked, RoadNet(city.shapes.roads))
    first, again = (placement.place(city, asked, points, roads) for _ in range(2))
    assert first
    assert first == again


def test_teams_turn_out_later_at_night(city: City) -> None:
    team = city.weather.teams["TM09"]
    assert (ready_minutes(team, at("12:00")), ready_minutes(team, at("23:00"))) == (20, 40)


def test_calls_follow_the_chain_and_the_clock(city: City) -> None:
    orange = (alert("橙", at("11:50"), "990302"),)
    due = {one.contact_id: one for one in calls_due(city, orange, (), at("11:55"))}
    assert "CT001" not in due  # the head of the chain calls, nobody calls it
    assert "CT004" not in due  # only from red on
    assert "CT026" not in due  # another district
    assert due["CT005"].due_at == at("12:00")
    assert due["CT023"].due_at == at("12:15")  # fifteen minutes after CT005 should have answered
    assert due["CT047"].due_at == at("12:30")
    assert {one.state for one in due.values()} == {"to_call"}


def test_an_answer_moves_the_chain_and_silence_is_late(city: City) -> None:
    orange = (alert("橙", at("11:50"), "990302"),)
    answered = CallRecord(
        contact_id="CT005",
        signal="W1",
        state="acknowledged",
        called_at=at("11:51"),
        acknowledged_at=at("11:53"),
    )
    ringing = CallRecord(contact_id="CT023", signal="W1", state="calling", called_at=at("11:54"))
    due = {one.contact_id: one for one in calls_due(city, orange, (answered, ringing), at("12:10"))}
    assert due["CT005"].state == "acknowledged"
    assert due["CT023"].due_at == at("12:08")
    assert (due["CT023"].state, word(due["CT023"])) == ("overdue", "到时未应答")
    assert (due["CT008"].state, word(due["CT008"])) == ("overdue", "到时还没有叫")


def test_red_shortens_the_time_to_answer_but_not_for_villages(city: City) -> None:
    red = (alert("红", at("11:50"), "990302"),)
    due = {one.contact_id: one for one in calls_due(city, red, (), at("11:51"))}
    assert due["CT008"].due_at == at("12:00")
    village = city.weather.contacts["CT137"]
    caller = due[village.called_by or ""]
    assert due["CT137"].due_at - caller.due_at == timedelta(minutes=20)


def test_water_that_no_gauge_shows(city: City) -> None:
    def call(number: int, place: str, kind: str = "积水") -> CitizenSignal:
        when = NOON - timedelta(minutes=number)
        return CitizenSignal(signal_id=f"T{number}", time=when, kind=kind, place_id=place)

    calls = (
        *(call(number, "PL0025") for number in (5, 15)),  # 盐仓街, a gauge on it
        *(call(number, "PL0110") for number in (10, 20, 30)),  # 青峦, none within a kilometre
        call(40, "PL0053", "人员被困"),
        call(50, "PL0013", "停课停运咨询"),
    )
    seen = known(city, citizens=calls, now=(gauge(city, "PD12", 22.0),))
    found = {one.place_id: one for one in signals.clusters(city, seen)}
    assert (found["PL0110"].count, found["PL0110"].unseen) == (3, True)
    assert (found["PL0025"].count, found["PL0025"].unseen) == (2, False)
    assert found["PL0053"].kind == "人员被困"
    assert len(found) == 3
    leaks = tuple(one.model_copy(update={"kind": "屋漏危房"}) for one in calls[:2])
    within = known(city, citizens=leaks, now=(gauge(city, "PD12", 22.0),))
    assert [one.unseen for one in signals.clusters(city, within)] == [True], "no gauge sees a leaking roof"
    dry = known(city, citizens=calls, now=(gauge(city, "PD12", 2.0),))
    assert {one.place_id: one.unseen for one in signals.clusters(city, dry)}["PL0025"]


def test_outlooks_are_of_higher_levels_and_confirmed(judgments: list[Judgment]) -> None:
    told = [(one, said) for one in judgments for said in one.outlook]
    assert told
    for one, said in told:
        reached = {hazard.hazard: hazard.level for hazard in one.picture.hazards}[said.hazard]
        assert said.level < (reached or 5)
        assert said.text.startswith("若")
        assert said.clause in said.text
        assert said.expected_at is None or said.expected_at > one.at


def test_a_gauge_that_falls_is_no_outlook(city: City, reader: Reader) -> None:
    told = scenario("storm_may")
    situation = FactSituation(city, told.facts, told.start, told.name)
    seen = asyncio.run(gather(context_of(city, reader, situation), told.start + timedelta(hours=8.5)))

    def supposed(slope: float) -> int:
        slopes = dict.fromkeys((0, *rain_windows(city.weather.plan)), slope)
        now = tuple(one.model_copy(update={"slopes": slopes}) for one in seen.now)
        found = outlook.supposed(city, seen.model_copy(update={"now": now}))
        return sum(isinstance(fact, Observation) for one in found for fact in one.changes)

    assert supposed(0.0) > 0
    assert supposed(-0.1) == 0


def test_the_stable_json(judgments: list[Judgment]) -> None:
    line = as_interface(judgments[2])
    assert line["level"] == "Ⅲ"
    flood = line["hazards"][0]
    condition = next(one for one in flood["conditions"] if one["id"] == "F3-02")
    assert condition["state"] == "met"
    assert {
        "clause",
        "observed",
        "threshold",
        "unit",
        "station_ids",
        "at",
        "first_met_at",
    } <= condition.keys()
    assert line["recommendation"]["level"] == "Ⅲ"
    assert line["recommendation"]["four_stops"]["停课"] == "consider"
    assert set(line["recommendation"]["measures"][0]) == {"clause", "unit", "what", "within_minutes"}
    assert {"risk_points", "tickets", "data_gaps", "narrative", "degraded"} <= line.keys()
