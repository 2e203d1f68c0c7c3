"""叫应: a person presses once, the city rings once, also over a crash; answers and notes stand on the board."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from serving.errors import Conflict, RequestInvalid
from serving.situation.calls import Act, CallDesk
from serving.store.database import Database, open_database
from tests.serving.situation.made import Played, signal, storm
from tools.emergency.calls import Call
from tools.errors import CityUnreachable

AT = storm().start
DUTY = "CT005"  # 市防办值班员, called from orange on


class Phone:
    """The city's telephone platform: knows its keys, and can lose its answer after it rang."""

    def __init__(self) -> None:
        self.rung: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.lost = False
        self.answers: dict[str, Any] = {}

    async def place(self, contact_id: str, signal: str, message: str, *, key: str) -> Call:
        self.asked[key] += 1
        self.rung.setdefault(key, f"C{len(self.rung) + 1}")
        assert signal == "暴雨红" and message
        if self.lost:
            raise CityUnreachable("没有答复；稍后重试", retryable=True, maybe_done=True)
        return Call(call_id=self.rung[key], state="ringing")

    async def state(self, call_id: str) -> Call:
        return Call(call_id=call_id, **self.answers.get(call_id, {"state": "ringing"}))


async def stormy(database: Database, phone: Phone) -> tuple[Played, CallDesk]:
    played = Played(database)
    await played.live.start()
    await played.live.take([signal(AT)], "test")
    await played.live.evaluate()
    return played, CallDesk(played.live, phone)


async def row(played: Played, desk: CallDesk, contact_id: str = DUTY) -> dict[str, Any]:
    at = played.live.clock()
    board = await desk.board(at, played.live.known.in_force(at), played.live.course.event_id)
    return next(one for one in board if one["contact_id"] == contact_id)


CALL = Act(action="call")


async def test_pressed_rung_answered(database: Database) -> None:
    phone = Phone()
    played, desk = await stormy(database, phone)
    assert (await row(played, desk))["state"] == "to_call"
    await desk.act(DUTY, CALL, "王芳")
    assert phone.rung == {}, "kept first, rung by the worker"
    with pytest.raises(Conflict, match="正在呼叫"):
        await desk.act(DUTY, CALL, "李强")
    await desk.turn()
    assert (await row(played, desk))["state"] == "calling"
    played.hand.at = answered = AT + timedelta(minutes=3)
    phone.answers["C1"] = {"state": "answered", "answered_at": answered, "said": "收到，泵车10分钟后出发"}
    await desk.turn()
    told = await row(played, desk)
    assert (told["state"], told["said"]) == ("acknowledged", "收到，泵车10分钟后出发")
    assert datetime.fromisoformat(told["acknowledged_at"]) == answered


async def test_a_crash_after_ringing_rings_nobody_twice(database: Database, database_url: str) -> None:
    phone = Phone()
    played, desk = await stormy(database, phone)
    await desk.act(DUTY, CALL, "王芳")
    phone.lost = True
    await desk.turn()
    assert (await row(played, desk))["acts"][0]["state"] == "queued"
    await database.close()  # the process is gone; the city has rung
    phone.lost = False
    reopened = open_database(database_url)
    again = Played(reopened)
    await again.live.start()
    again.hand.at = AT + timedelta(minutes=1)
    other = CallDesk(again.live, phone)
    await other.turn()
    assert phone.asked.total() == 2 and len(phone.rung) == 1
    assert (await row(again, other))["acts"][0]["state"] == "ringing"
    await reopened.close()


async def test_who_does_not_answer_is_late_and_called_over(database: Database) -> None:
    phone = Phone()
    played, desk = await stormy(database, phone)
    await desk.act(DUTY, CALL, "王芳")
    await desk.turn()
    phone.answers["C1"] = {"state": "no_answer"}
    played.hand.at = AT + timedelta(minutes=30)
    await desk.turn()
    assert (await row(played, desk))["state"] == "overdue"
    done = await desk.act(DUTY, Act(action="escalate"), "王芳")
    assert done["called"] == "CT004"
    await desk.turn()
    assert len(phone.rung) == 2
    assert (await row(played, desk))["state"] == "escalated"


async def test_who_has_answered_is_not_late_because_he_is_called_over_anothers_head(
    database: Database,
) -> None:
    """His answer stands, and so does what the posts that he calls have until; the new call is among his acts."""
    phone = Phone()
    played, desk = await stormy(database, phone)
    for contact in ("CT004", DUTY):
        await desk.act(contact, CALL, "王芳")
    await desk.turn()
    answered = AT + timedelta(minutes=3)
    phone.answers = {"C1": {"state": "answered", "answered_at": answered, "said": "收到"}}
    phone.answers["C2"] = {"state": "no_answer"}
    played.hand.at = AT + timedelta(minutes=30)
    await desk.turn()
    before = await row(played, desk, "CT004")
    assert (await desk.act(DUTY, Act(action="escalate", text="没人接"), "王芳"))["called"] == "CT004"
    await desk.turn()
    for state in ("ringing", "no_answer"):
        phone.answers["C3"] = {"state": state}
        await desk.turn()
        above = await row(played, desk, "CT004")
        assert above | {"acts": []} == before | {"acts": []} and above["state"] == "acknowledged"
        assert [act["state"] for act in above["acts"]] == ["answered", state]
    assert (await row(played, desk))["state"] == "escalated"


async def test_an_answer_noted_by_hand_counts(database: Database) -> None:
    played, desk = await stormy(database, Phone())
    with pytest.raises(RequestInvalid, match="没有内容"):
        await desk.act(DUTY, Act(action="acknowledge"), "王芳")
    await desk.act(DUTY, Act(action="acknowledge", text="对讲机应答，已到岗"), "王芳")
    told = await row(played, desk)
    assert (told["state"], told["said"]) == ("acknowledged", "对讲机应答，已到岗")


async def test_the_board_names_who_calls_whom(database: Database) -> None:
    played, desk = await stormy(database, Phone())
    before = await row(played, desk)
    contacts = played.live.pack.city.weather.contacts
    caller = contacts[before["called_by"]]
    assert before["called_by_post"] == f"{caller.unit}{caller.role}" and before["acts"] == []
    above = contacts[before["escalate_to"]]
    assert before["escalate_to_post"] == f"{above.unit}{above.role}"
    await desk.act(DUTY, CALL, "王芳")
    assert [act["by"] for act in (await row(played, desk))["acts"]] == ["王芳"]


async def test_going_over_a_posts_head_is_noted_and_called_together_or_not_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone()
    played, desk = await stormy(database, phone)

    async def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as crash:
        crash.setattr(CallDesk, "_order", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await desk.act(DUTY, Act(action="escalate"), "王芳")
    assert (await row(played, desk))["acts"] == []
    assert (await desk.act(DUTY, Act(action="escalate"), "王芳"))["called"] == "CT004"
    assert (await desk.act(DUTY, Act(action="escalate"), "李强"))["called"] == "CT004", "who is being called"
    await desk.turn()
    assert phone.asked.total() == 1
    assert [act["by"] for act in (await row(played, desk))["acts"]] == ["王芳", "李强"]
