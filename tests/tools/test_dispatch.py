import pytest
from pydantic import ValidationError

from tools.dispatch import DispatchReceipt, ServiceRequest, caller_key, contact_of, require_hidden
from tools.errors import OrderUnsafe
from tools.open311 import NO_PLACE, order_form
from tools.ticket import parse_ticket


@pytest.fixture
def ticket(clock):
    def make(**caller):
        data = {"text": "路灯不亮", "caller": {"name": "王小五", "phone": "00000000001"} | caller}
        return parse_ticket(data, clock=clock, new_id=lambda: "N1")

    return make


def test_contact_travels_with_an_open_complaint_only(ticket):
    assert contact_of(ticket(), "投诉").phone == "00000000001"
    assert contact_of(ticket(), "举报").empty
    assert contact_of(ticket(anonymous=True), "投诉").empty


@pytest.mark.parametrize("shield", [{"ticket_type": "举报"}, {"anonymous": True}])
def test_a_shielded_order_cannot_hold_a_contact(order, shield):
    with pytest.raises(ValidationError, match="不得携带联系人"):
        order(contact={"phone": "00000000001"}, **shield)
    assert order(**shield).shielded


def test_no_contact_field_reaches_the_wire_for_a_report(order, ticket):
    open_form = order_form(order(contact=contact_of(ticket(), "投诉").model_dump()))
    assert (open_form["first_name"], open_form["phone"]) == ("王小五", "00000000001")
    form = order_form(order(ticket_type="举报", contact=contact_of(ticket(), "举报").model_dump()))
    assert {"first_name", "last_name", "phone", "email"}.isdisjoint(form)
    assert "00000000001" not in str(form)


@pytest.mark.parametrize(
    "leak",
    [
        {"description": "王小五反映路灯不亮"},
        {"description": "请回电00000000001"},
        {"address_string": "王小五家门口"},
        {"attributes": {"note": ("甲", "王小五")}},
    ],
)
def test_free_text_that_names_a_shielded_caller_is_refused(order, ticket, leak):
    with pytest.raises(OrderUnsafe) as caught:
        require_hidden(ticket().caller, order(ticket_type="举报", **leak))
    assert "王小五" not in str(caught.value) and "00000000001" not in str(caught.value)
    assert require_hidden(ticket().caller, order(**leak)).ticket_type == "投诉"


def test_half_a_coordinate_is_refused(order):
    with pytest.raises(ValidationError, match="lat 与 long"):
        order(lat=29.6)


def test_an_order_without_a_place_says_so_on_the_wire(order):
    assert order_form(order(address_string=None))["address_string"] == NO_PLACE
    assert "address_string" not in order_form(order(address_string=None, lat=29.6, long=113.1))


def test_free_attributes_cannot_override_the_order_s_own(order):
    form = order_form(order(attributes={"main_dept_id": "other", "tags": ("a", "b")}))
    assert form["attribute[main_dept_id]"] == "chengguan"
    assert form["attribute[tags][]"] == ["a", "b"]


@pytest.mark.parametrize("fields", [{}, {"service_request_id": "1", "token": "2"}])
def test_a_receipt_is_an_id_or_a_token(fields):
    with pytest.raises(ValidationError, match="恰有其一"):
        DispatchReceipt(**fields)


def test_the_stage_is_read_off_the_notes():
    returned = ServiceRequest(service_request_id="1", status="open", status_notes="已退回：不归我们")
    assert (returned.stage, returned.return_reason) == ("已退回", "不归我们")
    assert ServiceRequest(service_request_id="1", status="open", status_notes="in progress").stage is None


def test_the_caller_key_ignores_how_a_number_is_written():
    assert caller_key("000-0000 0001") == caller_key("00000000001") != caller_key("00000000002")
