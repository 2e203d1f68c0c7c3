"""Client of an Open311 GeoReport v2 server, JSON or XML, plus the hotline's caller history.

The protocol has no field for the hotline's own data, so an order's ticket id, type, units and deadline travel
as attributes of the service (`attribute[ticket_id]`, `attribute[main_dept_id]`, …).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from tools.dispatch import (
    DispatchOrder,
    DispatchReceipt,
    PastTicket,
    RequestFilter,
    Service,
    ServiceAttribute,
    ServiceDefinition,
    ServiceRequest,
    caller_key,
)
from tools.transport import Answer, Format, parsed, send, translated

NO_PLACE: Final = "未提及"  # GeoReport v2 wants a place in every request; a policy question has none

Model = TypeVar("Model", bound=BaseModel)
Record = Mapping[str, object]


@dataclass(frozen=True)
class Open311Config:
    """Where one city answers: endpoint ends in /v2, history_endpoint in /callers, without a final slash."""

    endpoint: str
    history_endpoint: str
    api_key: str
    jurisdiction_id: str | None = None
    form: Format = "json"


class Open311City:
    """CityTickets over HTTP: single attempts (tools.resilience adds the rest). `http` stays the caller's."""

    def __init__(self, http: httpx.AsyncClient, config: Open311Config) -> None:
        self._http = http
        self._config = config

    async def services(self) -> tuple[Service, ...]:
        where, answer = await self._get("services")
        with translated(where):
            return tuple(_model(Service, record) for record in _records(answer, self._config.form))

    async def service(self, code: str) -> ServiceDefinition:
        where, answer = await self._get(f"services/{quote(code, safe='')}")
        with translated(where):
            return _definition(_mapping(parsed(answer.body, self._config.form)))

    async def dispatch(self, order: DispatchOrder) -> DispatchReceipt:
        url = self._url("requests")
        answer = await send(
            self._http,
            "POST",
            url,
            form=self._scope() | {"api_key": self._config.api_key} | order_form(order),
            headers={"Idempotency-Key": order.idempotency_key},
        )
        with translated(f"POST {url}"):
            receipt = _model(DispatchReceipt, _one(_records(answer, self._config.form)))
            replayed = answer.headers.get("idempotency-replayed") == "true"
            return receipt.model_copy(update={"replayed": replayed})

    async def token(self, token: str) -> str | None:
        where, answer = await self._get(f"tokens/{quote(token, safe='')}")
        with translated(where):
            value = _one(_records(answer, self._config.form)).get("service_request_id")
            return str(value) if value else None

    async def request(self, request_id: str) -> ServiceRequest:
        where, answer = await self._get(f"requests/{quote(request_id, safe='')}")
        with translated(where):
            return _model(ServiceRequest, _one(_records(answer, self._config.form)))

    async def requests(self, filters: RequestFilter) -> tuple[ServiceRequest, ...]:
        where, answer = await self._get("requests", filter_query(filters))
        with translated(where):
            return tuple(_model(ServiceRequest, record) for record in _records(answer, self._config.form))

    async def caller_history(self, phone: str) -> tuple[PastTicket, ...]:
        url = f"{self._config.history_endpoint}/{caller_key(phone)}/tickets"
        answer = await send(self._http, "GET", url, headers={"X-Api-Key": self._config.api_key})
        with translated(f"GET {url}"):
            return tuple(_model(PastTicket, record) for record in _records(answer, "json"))

    def _url(self, path: str) -> str:
        return f"{self._config.endpoint}/{path}.{self._config.form}"

    def _scope(self) -> dict[str, str | list[str]]:
        jurisdiction = self._config.jurisdiction_id
        return {"jurisdiction_id": jurisdiction} if jurisdiction else {}

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> tuple[str, Answer]:
        url = self._url(path)
        jurisdiction = self._config.jurisdiction_id
        scope = {"jurisdiction_id": jurisdiction} if jurisdiction else {}
        return f"GET {url}", await send(self._http, "GET", url, params=scope | dict(query or {}))


def order_form(order: DispatchOrder) -> dict[str, str | list[str]]:
    """The form fields of POST /requests. Shielded orders have no contact to send: the type sees to it."""
    fields: dict[str, str | list[str] | None] = {}
    for code, value in order.attributes.items():
        if isinstance(value, str):
            fields[f"attribute[{code}]"] = value
        else:
            fields[f"attribute[{code}][]"] = list(value)
    due = order.expected_datetime
    fields |= {  # after the free attributes, which must not override ours
        "service_code": order.service_code,
        "description": order.description,
        "address_string": order.address_string or (NO_PLACE if order.lat is None else None),
        "lat": None if order.lat is None else str(order.lat),
        "long": None if order.long is None else str(order.long),
        "first_name": order.contact.name,
        "phone": order.contact.phone,
        "attribute[ticket_id]": order.ticket_id,
        "attribute[ticket_type]": order.ticket_type,
        "attribute[main_dept_id]": order.main_dept_id,
        "attribute[co_dept_ids][]": list(order.co_dept_ids) or None,
        "attribute[expected_datetime]": due.isoformat() if due else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def filter_query(filters: RequestFilter) -> dict[str, str]:
    query = {
        "service_request_id": ",".join(filters.service_request_ids),
        "service_code": ",".join(filters.service_codes),
        "start_date": filters.start_date.isoformat() if filters.start_date else "",
        "end_date": filters.end_date.isoformat() if filters.end_date else "",
        "status": ",".join(filters.status),
    }
    return {name: value for name, value in query.items() if value}


def _records(answer: Answer, form: Format) -> list[Record]:
    found = parsed(answer.body, form)
    if not isinstance(found, list):
        raise ValueError("应是列表")
    return [_mapping(item) for item in cast("list[object]", found)]


def _mapping(value: object) -> Record:
    if not isinstance(value, Mapping):
        raise ValueError("应是带字段名的记录")
    return cast("Record", value)


def _one(records: Sequence[Record]) -> Record:
    if len(records) != 1:
        raise ValueError(f"应有 1 条记录，收到 {len(records)} 条")
    return records[0]


def _model(model: type[Model], record: Record) -> Model:
    """Known fields of a record, numbers read as the text XML would have; empty means absent."""
    fields: dict[str, object] = {}
    for name in model.model_fields:
        value = record.get(name)
        if name == "keywords" and isinstance(value, str):
            value = tuple(word.strip() for word in value.split(",") if word.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and value != "":
            fields[name] = value
    return model.model_validate(fields)


def _definition(record: Record) -> ServiceDefinition:
    attributes: list[ServiceAttribute] = []
    for item in cast("list[object]", record.get("attributes") or []):
        raw = _mapping(item)
        pairs = [_mapping(pair) for pair in cast("list[object]", raw.get("values") or [])]
        values = {str(pair["key"]): str(pair["name"]) for pair in pairs if "key" in pair and "name" in pair}
        attributes.append(_model(ServiceAttribute, {**raw, "values": values}))
    return ServiceDefinition(service_code=str(record.get("service_code", "")), attributes=tuple(attributes))
