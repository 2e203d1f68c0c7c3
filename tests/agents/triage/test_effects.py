"""Dispatch of several orders where the city refuses some: what was taken stands."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.triage.effects import dispatch
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.errors import CityRefused


class Outbox:
    """Delivers all but the orders to `refusing` units."""

    def __init__(self, *refusing: str) -> None:
        self.refusing = refusing
        self.orders: dict[str, DispatchOrder] = {}

    async def submit(self, order: DispatchOrder) -> None:
        self.orders[order.idempotency_key] = order

    async def delivered(self, key: str, on_trouble: Callable[[str], None]) -> DispatchReceipt:
        if self.orders[key].main_dept_id in self.refusing:
            raise CityRefused("城市接口拒收", code=400, description="no")
        return DispatchReceipt(service_request_id=f"SR-{key}")


def state() -> Any:
    orders = [
        DispatchOrder(
            idempotency_key=f"approval:{number}",
            ticket_id="T1",
            ticket_type="投诉",
            service_code="020202",
            main_dept_id=unit,
            description="路灯不亮",
        ).model_dump(mode="json")
        for number, unit in enumerate(("chengguan", "jiaotong"), 1)
    ]
    return {"orders": orders, "outcome": {"kind": "dispatched", "by": "王芳"}}


async def run(outbox: Outbox) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    said: list[dict[str, Any]] = []
    runtime: Any = SimpleNamespace(context=SimpleNamespace(outbox=outbox), stream_writer=said.append)
    return (await dispatch(state(), runtime))["outcome"], said


@pytest.mark.parametrize("refusing", ["chengguan", "jiaotong"])
async def test_one_refused_leaves_the_other_dispatched(refusing: str) -> None:
    outcome, said = await run(Outbox(refusing))
    assert [event["type"] for event in said] == ["effect.done", "effect.refused"]
    assert said[0]["main_dept_id"] != refusing == said[1]["main_dept_id"]
    assert len(outcome["receipts"]) == 1
    assert [note["main_dept_id"] for note in outcome["refused"]] == [refusing]


async def test_all_refused_fails_and_none_says_nothing_of_it() -> None:
    with pytest.raises(CityRefused):
        await run(Outbox("chengguan", "jiaotong"))
    outcome, _ = await run(Outbox())
    assert len(outcome["receipts"]) == 2 and "refused" not in outcome
