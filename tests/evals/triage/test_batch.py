import asyncio
from datetime import timedelta

from agents.triage.past import PastTicket
from evals.triage.batch import OrderedHistory, approved_as, past_of
from evals.triage.case import Gold, GoldDemand
from tests.evals.made import WHEN, demand
from tools.ticket import Caller, Ticket

GROUPS = {"0102"}


def ticket(number: int, phone: str | None = None, hours: float = 0) -> Ticket:
    created = WHEN + timedelta(hours=hours or number)
    return Ticket(ticket_id=f"T-{number}", created_at=created, caller=Caller(phone=phone), text="路灯不亮")


def past(of: Ticket) -> PastTicket:
    state = {
        "redacted_text": of.text,
        "ticket_type": "投诉",
        "alert": {"route": "R1"},
        "demands": [demand()],
        "duplicate_of": None,
        "cluster_id": None,
    }
    return past_of(of, state)


async def test_a_ticket_waits_for_all_before_it_and_sees_no_other() -> None:
    tickets = [ticket(number) for number in range(3)]
    history = OrderedHistory(tickets)
    history.settle(tickets[2], past(tickets[2]))
    asked = asyncio.create_task(history.recent(tickets[1], groups=GROUPS, window_hours=99, limit=9))
    await asyncio.sleep(0.01)
    assert not asked.done()
    history.settle(tickets[0], past(tickets[0]))
    assert [found.ticket_id for found in await asked] == ["T-0"]
    assert history.waited["T-1"] > 0


async def test_a_ticket_whose_run_broke_holds_up_nobody() -> None:
    tickets = [ticket(0), ticket(1)]
    history = OrderedHistory(tickets)
    history.settle(tickets[0], None)
    assert await history.recent(tickets[1], groups=GROUPS, window_hours=99, limit=9) == []


async def test_newest_first_within_the_window_and_the_callers_own_beyond_the_limit() -> None:
    tickets = [
        ticket(0, phone="1", hours=0.5),
        ticket(1, phone="2", hours=50),
        ticket(2, phone="1", hours=51),
        ticket(3, hours=52),
        ticket(4, phone="2", hours=53),
    ]
    history = OrderedHistory(tickets)
    for one in tickets[:4]:
        history.settle(one, past(one))
    found = await history.recent(tickets[4], groups=GROUPS, window_hours=24, limit=1)
    assert [one.ticket_id for one in found] == ["T-3", "T-1"]


def test_an_earlier_ticket_is_told_as_the_product_tells_it() -> None:
    found = past(ticket(0, phone="1"))
    assert (found.phone, found.emergency, found.category_codes) == ("1", True, ("010202",))
    assert (found.place_ids, found.streets, found.approved) == (("PL0016",), ("鼓楼街道",), False)


def test_an_approved_ticket_carries_its_labels_and_one_without_demand_stays_as_it_was() -> None:
    one = past(ticket(0))
    label = GoldDemand(category_code="040103", main_dept_id="jiedao", evidence="路灯")
    gold = Gold(ticket_type="投诉", urgency="一般", demands=(label,))
    assert (approved_as(one, gold).category_codes, approved_as(one, gold).approved) == (("040103",), True)
    assert approved_as(one, gold.model_copy(update={"demands": ()})) == one
