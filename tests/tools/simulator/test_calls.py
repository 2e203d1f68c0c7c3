"""叫应: every call is placed once, people answer as they do, the same in every run."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from knowledge.city.weather import Contact
from tools.simulator.emergency.notes import Call
from tools.simulator.emergency.telephone import outcome

PLACED = datetime.fromisoformat("2026-05-18T17:30:00+08:00")


def ring(storm, key: str | None = None, **changes: str):
    body = {"contact_id": "CT047", "signal": "暴雨红", "message": "请封闭通道"} | changes
    return storm.http.post("/calls", json=body, headers={"Idempotency-Key": key} if key else {})


def test_a_call_rings_until_somebody_answers(storm, pack) -> None:
    placed = ring(storm)
    assert (placed.status_code, placed.json()["state"]) == (201, "ringing")
    path = f"/calls/{placed.json()['call_id']}"
    assert storm.json(path)["answered_at"] is None
    storm.jump("18T18:30")
    after = storm.json(path)
    assert after["state"] in ("answered", "no_answer")
    assert bool(after["said"]) == bool(after["answered_at"]) == (after["state"] == "answered")


def test_the_same_key_rings_once(storm) -> None:
    first, again = ring(storm, "k1"), ring(storm, "k1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["call_id"] == first.json()["call_id"]
    assert ring(storm, "k1", message="别的话").status_code == 422
    arrived = storm.json("/_control/calls")
    assert (arrived["count"], arrived["repeats"]) == (1, 1)
    assert arrived["calls"][0]["message"] == "请封闭通道"


def test_without_a_key_every_post_rings(storm) -> None:
    assert ring(storm).json()["call_id"] != ring(storm).json()["call_id"]
    assert [call["nth"] for call in storm.json("/_control/calls")["calls"]] == [1, 2]


def test_unknown_contacts_and_calls(storm) -> None:
    assert ring(storm, contact_id="CT999").status_code == 404
    assert ring(storm, message="").status_code == 422
    assert storm.get("/calls/C000999").status_code == 404
    assert storm.get("/calls/1 OR 1=1").status_code == 404


@pytest.fixture
def fates(pack):
    """What comes of 2,000 first calls, one minute after the longest wait."""
    contacts = [contact for contact in pack.weather.contacts.values() if contact.ack_within_min]
    late = PLACED + timedelta(hours=2)

    def call(nth: int, contact: Contact) -> Call:
        return Call(1, None, contact.contact_id, "暴雨红", "请到岗", PLACED, nth, 0)

    return [
        (contact, outcome(call(nth, contact), contact, 1, late))
        for contact in contacts
        for nth in range(1, 2000 // len(contacts) + 1)
    ]


def test_most_answer_in_time_some_late_some_never_some_are_engaged(fates) -> None:
    kinds: Counter[str] = Counter()
    for contact, found in fates:
        limit = timedelta(minutes=contact.ack_within_min)
        if found.answered_at is None:
            assert (found.state, found.said) == ("no_answer", "")
            kinds["never"] += 1
        elif found.answered_at - PLACED > limit:
            kinds["late"] += 1
        elif found.attempts[0].result == "busy":
            assert [a.number for a in found.attempts] == [contact.phone, contact.backup_phone]
            kinds["engaged"] += 1
        else:
            kinds["in time"] += 1
    share = {kind: count / len(fates) for kind, count in kinds.items()}
    assert 0.6 < share["in time"] < 0.8
    assert all(0.05 < share[kind] < 0.17 for kind in ("late", "never", "engaged"))


def test_an_outcome_depends_on_nothing_but_seed_contact_and_count(pack) -> None:
    contact = pack.weather.contacts["CT047"]
    late = PLACED + timedelta(hours=2)
    one = Call(1, None, "CT047", "暴雨红", "请到岗", PLACED, 1, 0)
    other = Call(99, "key", "CT047", "台风橙", "请转移", PLACED, 1, 3)
    assert outcome(one, contact, 1, late) == outcome(other, contact, 1, late)
    several = {outcome(one, contact, seed, late).answered_at for seed in range(20)}
    assert len(several) > 10
