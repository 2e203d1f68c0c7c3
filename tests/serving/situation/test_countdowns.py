"""Deadlines of the plan: they begin with what starts them, name their clause, and end when they are met."""

from datetime import datetime, timedelta

from agents.judgment.engine.engine import Engine
from agents.judgment.situation import Signed
from serving.emergency import make_engine
from serving.situation.countdowns import Done, countdowns
from tests.serving.situation.made import city, signal, storm
from tools.emergency.facts import Finding

AT = storm().start
DUTIES = city().weather.duties


def quiet() -> Engine:
    return make_engine(city(), AT)


def minutes(due_at: str) -> float:
    return (datetime.fromisoformat(due_at) - AT) / timedelta(minutes=1)


def owed(
    *,
    findings: tuple[Finding, ...] = (),
    level: int | None = None,
    done: Done | None = None,
    red: bool = False,
) -> dict[str, tuple[float, str]]:
    signed = {}
    if level is not None:
        signed["flood"] = Signed.model_validate(
            {"hazard": "flood", "level": level, "post": "总指挥", "by": "王芳", "signed_at": AT}
        )
    alerts = (signal(AT),) if red else ()
    found = countdowns(DUTIES, quiet().evaluate(AT), alerts, findings, signed, done or Done(), AT)
    return {one["kind"]: (minutes(one["due_at"]), one["clause"]) for one in found}


def finding(event: str) -> Finding:
    return Finding.model_validate(
        {"report_id": "F1", "time": AT, "condition_id": "F3-10", "object": "青峦堤段", "event": event}
    )


def test_a_red_signal_asks_for_a_conference_within_20_minutes() -> None:
    assert owed(red=True) == {"consult": (20, "3.5")}
    assert owed(red=True, done=Done(decided=(AT + timedelta(minutes=9),))) == {}
    assert "consult" in owed(red=True, done=Done(decided=(AT - timedelta(minutes=9),)))


def test_a_report_of_danger_asks_for_reports_and_a_conclusion() -> None:
    reported = owed(findings=(finding("reported"),))
    assert reported == {"phone": (20, "6.1"), "written": (30, "6.1"), "conclude": (30, "5.3.2")}
    told = countdowns(DUTIES, quiet().evaluate(AT), (), (finding("reported"),), {}, Done(), AT)
    assert "青峦堤段（5.5.1(10)）待研判，给出结论" in {one["title"] for one in told}  # its clause, not its id
    assert owed(findings=(finding("confirmed"),)).keys() == {"phone", "written"}
    assert owed(findings=(finding("rejected"),)) == {}
    assert owed(findings=(finding("confirmed"),), done=Done(reported=(AT + timedelta(minutes=5),))) == {}


def test_a_level_in_force_asks_for_reports_at_its_pace() -> None:
    assert owed(level=4) == {"follow_up": (360, "6.2")}
    assert owed(level=1) == {"follow_up": (30, "6.2")}
    later = Done(reported=(AT + timedelta(minutes=40),))
    assert owed(level=2, done=later) == {"follow_up": (100, "6.2")}


def test_a_met_condition_asks_for_a_proposal_then_a_signature() -> None:
    engine = quiet()
    for fact in storm().facts:
        engine.add(fact)
    at = AT + timedelta(hours=10)
    picture = engine.evaluate(at)
    assert picture.level == 3
    kinds = {one["kind"]: one for one in countdowns(DUTIES, picture, (), (), {}, Done(), AT)}
    assert kinds.keys() == {"propose", "sign"} and kinds["propose"]["clause"] == "5.3.4"
    judged = Done(judged=at)
    assert {one["kind"] for one in countdowns(DUTIES, picture, (), (), {}, judged, AT)} == {"sign"}


def test_a_city_without_duties_counts_nothing_down() -> None:
    assert countdowns(None, quiet().evaluate(AT), (signal(AT),), (), {}, Done(), AT) == []
