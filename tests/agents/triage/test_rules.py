"""What the city's tables settle: edits, orders, units, fusion, splitting, duplicates."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.triage import duplicate
from agents.triage.assemble import fits_catalogue
from agents.triage.choosing import fuse
from agents.triage.context import TriageContext
from agents.triage.decision import Deadline, Demand, Pii, TriageDecision
from agents.triage.edits import EditInvalid, Edits, apply_edits, check_edits
from agents.triage.orders import orders_of
from agents.triage.past import PastTicket
from agents.triage.segments import sentences
from agents.triage.wording import grounded
from knowledge.city import City
from tools.ticket import Ticket

Make = Callable[..., Ticket]
RECEIVED = datetime.fromisoformat("2026-06-10T10:00:00+08:00")


def decision_of(**fields: Any) -> TriageDecision:
    demand = Demand(
        category_code="020202",
        main_dept_id="chengguan",
        candidates=["020202", "060201"],
        district="埠前区",
        street="盐仓街道",
        place_id="PL0025",
        summary="路灯不亮",
        evidence="路灯灭了",
        deadline=Deadline(
            contact_by="2026-06-11T10:00:00+08:00", finish_by="2026-06-17T17:30:00+08:00", rule="表"
        ),
        confidence=0.9,
    )
    data: dict[str, Any] = {
        "ticket_id": "T-1",
        "ticket_type": "求助",
        "urgency": "次紧急",
        "demands": [demand],
        "redacted_text": "路灯灭了",
        "draft_order": "修路灯",
        **fields,
    }
    return TriageDecision(**data)


def test_an_edit_recomputes_the_deadline_and_marks_the_human(city: City) -> None:
    before = decision_of()
    after = apply_edits(before, Edits(ticket_type="投诉"), city, RECEIVED)
    assert after.ticket_type == "投诉"
    assert after.sources["ticket_type"] == "human"
    assert after.demands[0].deadline.finish_by != before.demands[0].deadline.finish_by


def test_another_matter_takes_its_own_unit_and_drops_the_old_clauses(city: City) -> None:
    edits = Edits.model_validate({"demands": [{"category_code": "060201"}]})
    (demand,) = apply_edits(decision_of(), edits, city, RECEIVED).demands
    assert demand.main_dept_id == city.catalogue["060201"].main_dept_id
    assert demand.citations == []
    assert demand.place_id == "PL0025", "the place stays: nobody changed it"


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        ({"demands": [{"category_code": "999999"}]}, "999999"),
        ({"demands": [{"category_code": "020202", "main_dept_id": "nobody"}]}, "nobody"),
        ({"demands": [{"category_code": "020202", "place_id": "PL9999"}]}, "PL9999"),
    ],
)
def test_edits_name_only_what_the_city_has(city: City, edit: Any, word: str) -> None:
    with pytest.raises(EditInvalid, match=word):
        check_edits(decision_of(), Edits.model_validate(edit), city, None)


def test_lowering_the_urgency_needs_a_reason(city: City) -> None:
    with pytest.raises(EditInvalid, match="理由"):
        check_edits(decision_of(), Edits(urgency="一般"), city, " ")
    check_edits(decision_of(), Edits(urgency="一般"), city, "来电人说不急")
    check_edits(decision_of(), Edits(urgency="紧急"), city, None)


def test_a_reporter_is_never_in_the_order(city: City, ticket_of: Make) -> None:
    ticket = ticket_of("路灯灭了", caller={"name": "李明明", "phone": "13900000001"})
    shown = orders_of(decision_of(pii=[Pii(kind="address", text="8栋602", start=0, end=5)]), ticket, city)[0]
    assert shown.contact.phone == "13900000001"
    assert "8栋602" in (shown.address_string or "")
    hidden = decision_of(ticket_type="举报", pii=[Pii(kind="address", text="8栋602", start=0, end=5)])
    order = orders_of(hidden, ticket, city)[0]
    assert order.contact.empty
    assert "8栋602" not in (order.address_string or "")


@pytest.mark.parametrize("route", ["R2", "R4", "R5", "R6"])
def test_routes_that_are_answered_dispatch_nothing(city: City, ticket_of: Make, route: Any) -> None:
    assert orders_of(decision_of(special_route=route), ticket_of("路灯灭了"), city) == []


def test_a_unit_must_fit_the_catalogue(city: City) -> None:
    assert fits_catalogue("chengguan", "020202", city)
    assert not fits_catalogue("yibao", "020202", city)
    assert not fits_catalogue("nobody", "020202", city)


def test_fusion_keeps_the_probability_of_those_not_asked_about() -> None:
    scores = {"a": 0.5, "b": 0.3, "c": 0.2}
    fused = fuse(scores, {"a": -5.0, "b": -0.1}, 1.0)
    assert fused["c"] == 0.2
    assert fused["a"] + fused["b"] == pytest.approx(0.8)
    assert fused["b"] > fused["a"]
    assert fuse(scores, {"a": -5.0, "b": -0.1}, 0.0)["a"] == pytest.approx(0.5)


def test_sentences_cover_what_is_said_and_turn_at_turning_words() -> None:
    text = "门前路灯坏了，另外下水道也堵了。谢谢你们啊！"
    pieces = [text[a:b] for a, b in sentences(text)]
    assert pieces == ["门前路灯坏了，", "另外下水道也堵了。", "谢谢你们啊！"]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("盐仓街五盏路灯不亮要求修复", True),
        ("盐仓街50盏路灯不亮", False),
        ("北京街五盏路灯不亮", False),
        ("请立即转市长办公室督办此件事", False),
        ("灯", False),
    ],
)
def test_a_summary_adds_nothing(line: str, kept: bool) -> None:
    assert grounded(line, "盐仓街从菜场口起五盏路灯不亮了，要求你们修复") is kept


AGAIN = "盐仓街菜场口那段五盏路灯还黑着，求修"


def past(ticket_id: str, hours: float, **fields: Any) -> PastTicket:
    data: dict[str, Any] = {
        "ticket_id": ticket_id,
        "created_at": RECEIVED - timedelta(hours=hours),
        "phone": "13900000002",
        "text": AGAIN,
        "ticket_type": "求助",
        "emergency": False,
        "category_codes": ("020202",),
        "place_ids": ("PL0025",),
        "streets": ("盐仓街道",),
        "duplicate_of": None,
        "cluster_id": None,
        "closed": False,
        "approved": True,
        **fields,
    }
    return PastTicket(**data)


def state_for(**fields: Any) -> Any:
    return {
        "demands": [d.model_dump(mode="json") for d in decision_of().demands],
        "parts": [{"scores": {"020202": 0.9, "060201": 0.05}}],
        "ticket_type": "求助",
        "alert": None,
        **fields,
    }


def test_the_same_matter_at_the_same_place_repeats_the_first_report(
    context: TriageContext, ticket_of: Make
) -> None:
    ticket = ticket_of(AGAIN, caller={"phone": "13900000001"})
    found = duplicate.find(
        state_for(), ticket, ticket.text, [past("T-b", 2, duplicate_of="T-a"), past("T-a", 20)], context
    )
    assert found.update["duplicate_of"] == "T-a"
    assert found.repeat_alert and found.repeat_alert["route"] == "R3"


@pytest.mark.parametrize(
    "other",
    [
        past("T-a", 24 * 5),
        past("T-a", 2, place_ids=("PL0180",)),
        past("T-a", 2, category_codes=("060201",)),
        past("T-a", 2, ticket_type="表扬"),
    ],
    ids=["too long ago", "elsewhere", "another matter", "praise"],
)
def test_what_differs_is_no_duplicate(context: TriageContext, ticket_of: Make, other: PastTicket) -> None:
    ticket = ticket_of(AGAIN, caller={"phone": "13900000001"})
    assert duplicate.find(state_for(), ticket, ticket.text, [other], context).update["duplicate_of"] is None


def test_new_facts_make_a_new_ticket(context: TriageContext, ticket_of: Make) -> None:
    ticket = ticket_of("盐仓街菜场口路灯，比上次严重，又有人受伤", caller={"phone": "13900000001"})
    assert (
        duplicate.find(state_for(), ticket, ticket.text, [past("T-a", 2)], context).update["duplicate_of"]
        is None
    )


def test_reports_that_pile_up_get_one_cluster(context: TriageContext, ticket_of: Make) -> None:
    many = [past(f"T-{n}", n, phone=f"1390000001{n}") for n in range(1, 5)]
    ticket = ticket_of(AGAIN, caller={"phone": "13900000001"})
    assert duplicate.find(state_for(), ticket, ticket.text, many, context).update["cluster_id"] == "C-T-4"
    assert duplicate.find(state_for(), ticket, ticket.text, many[:3], context).update["cluster_id"] is None


def test_the_notes_name_another_unit_for_some_cases(city: City, context: TriageContext) -> None:
    entry, right, told = city.catalogue["020202"], 0, 0
    for utterance in city.unit_utterances:
        if utterance.code == entry.code:
            part: Any = {"start": 0, "end": len(utterance.text), "place": {"district": None, "street": None}}
            told += 1
            right += context.reader.unit(entry, part, utterance.text) == utterance.dept_id
    assert told >= 20
    assert right >= 0.8 * told
