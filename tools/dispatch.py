"""Orders to departments and what comes back: the types, and the protocol of a city's ticket system.

The reporter shield lives here: an order of a shielded ticket (anonymous caller, or type 举报) can hold no
contact field at all, so no transport below can leak one.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, Protocol, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from tools.errors import OrderUnsafe
from tools.ticket import Caller, Ticket

SHIELDED_TYPES: Final = frozenset({"举报"})
DESCRIPTION_MAX: Final = 4000  # GeoReport v2: longest description a POST may carry, in characters

Stage = Literal["待签收", "办理中", "已退回", "已办结"]
STAGES: Final[tuple[Stage, ...]] = ("待签收", "办理中", "已退回", "已办结")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Frozen):
    """How the handling unit reaches the caller. Empty for shielded orders."""

    name: str | None = None
    phone: str | None = None

    @property
    def empty(self) -> bool:
        return self.name is None and self.phone is None


class DispatchOrder(_Frozen):
    """One approved order. Invalid orders raise pydantic.ValidationError.

    description is the redacted order text. lat/long are WGS-84 degrees and come together; an order may lack a
    place (a policy question). expected_datetime is the finish deadline. idempotency_key names the
    effect: sending it twice makes one order.
    """

    idempotency_key: str = Field(min_length=8, max_length=200)
    ticket_id: str = Field(min_length=1, max_length=100)
    ticket_type: str = Field(min_length=1)
    service_code: str = Field(min_length=1)
    main_dept_id: str = Field(min_length=1)
    co_dept_ids: tuple[str, ...] = ()
    description: str = Field(min_length=1, max_length=DESCRIPTION_MAX)
    address_string: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    long: float | None = Field(default=None, ge=-180, le=180)
    expected_datetime: AwareDatetime | None = None
    anonymous: bool = False
    contact: Contact = Contact()
    attributes: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict[str, str | tuple[str, ...]])

    @property
    def shielded(self) -> bool:
        """True when nobody outside the hotline may learn who called."""
        return is_shielded(self.ticket_type, anonymous=self.anonymous)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.shielded and not self.contact.empty:
            raise ValueError("匿名或举报工单不得携带联系人信息；请去掉 contact 再派单")
        if (self.lat is None) != (self.long is None):
            raise ValueError("lat 与 long 必须同时给出；请补齐坐标或两者都去掉")
        return self


def is_shielded(ticket_type: str, *, anonymous: bool) -> bool:
    """Whether the caller's identity must stay inside the hotline."""
    return anonymous or ticket_type in SHIELDED_TYPES


def contact_of(ticket: Ticket, ticket_type: str) -> Contact:
    """Contact fields that may travel with an order for this ticket: none when shielded."""
    if is_shielded(ticket_type, anonymous=ticket.caller.anonymous):
        return Contact()
    return Contact(name=ticket.caller.name, phone=ticket.caller.phone)


def require_hidden(caller: Caller, order: DispatchOrder) -> DispatchOrder:
    """Return the order, or raise OrderUnsafe when a shielded order's free text still names the caller."""
    if not order.shielded:
        return order
    values = [value for v in order.attributes.values() for value in ((v,) if isinstance(v, str) else v)]
    written = "\n".join([order.description, order.address_string or "", *values])
    for secret, what in ((caller.phone, "电话"), (caller.name, "姓名")):
        if secret and secret in written:
            raise OrderUnsafe(
                f"工单 {order.ticket_id} 的派单内容仍含来电人{what}，而该单须隐去来电人；请脱敏后再派单"
            )
    return order


class DispatchReceipt(_Frozen):
    """The city's answer to an order: a request id, or a token to ask for it later; exactly one of them.

    replayed: the city had this idempotency key already and answered with the first result.
    """

    service_request_id: str | None = None
    token: str | None = None
    service_notice: str | None = None
    account_id: str | None = None
    replayed: bool = False

    @property
    def status(self) -> Literal["registered", "pending"]:
        return "pending" if self.service_request_id is None else "registered"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.service_request_id is None) == (self.token is None):
            raise ValueError("service_request_id 与 token 必须恰有其一")
        return self


class Service(_Frozen):
    """One row of GET /services: a kind of matter the city takes."""

    service_code: str
    service_name: str
    description: str = ""
    metadata: bool = False
    type: Literal["realtime", "batch", "blackbox"] = "realtime"
    keywords: tuple[str, ...] = ()
    group: str = ""


class ServiceAttribute(_Frozen):
    """An extra question of a service. values maps key to its displayed name (lists only)."""

    code: str
    variable: bool = True
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = "string"
    required: bool = False
    datatype_description: str = ""
    order: int = 0
    description: str = ""
    values: Mapping[str, str] = Field(default_factory=dict[str, str])


class ServiceDefinition(_Frozen):
    service_code: str
    attributes: tuple[ServiceAttribute, ...] = ()


class ServiceRequest(_Frozen):
    """A dispatched request as the city reports it (GeoReport v2 field names)."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str | None = None
    service_name: str | None = None
    service_code: str | None = None
    description: str | None = None
    agency_responsible: str | None = None
    service_notice: str | None = None
    requested_datetime: AwareDatetime | None = None
    updated_datetime: AwareDatetime | None = None
    expected_datetime: AwareDatetime | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None

    @property
    def stage(self) -> Stage | None:
        """Where the unit stands: the start of status_notes, as the protocol only knows open and closed."""
        notes = self.status_notes or ""
        return next((stage for stage in STAGES if notes.startswith(stage)), None)

    @property
    def return_reason(self) -> str | None:
        """Why the unit sent the order back, or None when it did not."""
        if self.stage != "已退回":
            return None
        return (self.status_notes or "").removeprefix("已退回").lstrip("：: ")


class RequestFilter(_Frozen):
    """Query of GET /requests. service_request_ids overrides all the rest; the dates span at most 90 days."""

    service_request_ids: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    start_date: AwareDatetime | None = None
    end_date: AwareDatetime | None = None
    status: tuple[Literal["open", "closed"], ...] = ()


class PastTicket(_Frozen):
    """An earlier ticket of the same caller; text is what the city stored (redacted)."""

    ticket_id: str
    created_at: AwareDatetime
    text: str
    service_code: str | None = None
    service_request_id: str | None = None
    address: str | None = None
    status: Literal["open", "closed"] = "open"
    status_notes: str | None = None


def caller_key(phone: str) -> str:
    """Hex SHA-256 of the number's digits: what history is asked by, so that no URL or log shows the number.

    It hides the number from a reader of logs, not from somebody who tries all numbers.
    """
    return hashlib.sha256("".join(c for c in phone if c.isdigit()).encode()).hexdigest()


class CityTickets(Protocol):
    """The city's ticket system. Every method raises a CityError and nothing else on failure."""

    async def services(self) -> tuple[Service, ...]: ...

    async def service(self, code: str) -> ServiceDefinition: ...

    async def dispatch(self, order: DispatchOrder) -> DispatchReceipt: ...

    async def token(self, token: str) -> str | None:
        """The request id behind a token, or None while the city has not made one."""
        ...

    async def request(self, request_id: str) -> ServiceRequest: ...

    async def requests(self, filters: RequestFilter) -> tuple[ServiceRequest, ...]: ...

    async def caller_history(self, phone: str) -> tuple[PastTicket, ...]: ...
