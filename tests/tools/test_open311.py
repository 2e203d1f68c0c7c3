"""The client against the wire format of GeoReport v2, written down here by hand."""

from datetime import UTC, datetime

import httpx
import pytest

from tools.dispatch import RequestFilter
from tools.errors import CityBroken
from tools.open311 import Open311City, Open311Config

SERVICES = {
    "json": '[{"service_code": 1, "service_name": "Potholes", "description": null, "metadata": true,'
    ' "type": "batch", "keywords": "road, hole ,", "group": "street", "extra": {"x": 1}}]',
    "xml": "<services><service><service_code>1</service_code><service_name>Potholes</service_name>"
    "<description/><metadata>true</metadata><type>batch</type><keywords>road, hole ,</keywords>"
    "<group>street</group></service></services>",
}
DEFINITION = {
    "json": '{"service_code": "1", "attributes": [{"variable": true, "code": "SIZE", "datatype":'
    ' "singlevaluelist", "required": false, "datatype_description": null, "order": 1,'
    ' "description": "How big?", "values": [{"key": 10, "name": "small"}, {"key": 20, "name": "large"}]}]}',
    "xml": "<service_definition><service_code>1</service_code><attributes><attribute>"
    "<variable>true</variable><code>SIZE</code><datatype>singlevaluelist</datatype><required>false</required><datatype_description/>"
    "<order>1</order><description>How big?</description><values><value><key>10</key><name>small</name>"
    "</value><value><key>20</key><name>large</name></value></values></attribute></attributes></service_definition>",
}
REQUESTS = {
    "json": '[{"service_request_id": 638, "status": "closed", "status_notes": "", "service_code": 1,'
    ' "requested_datetime": "2026-04-14T06:37:38-08:00", "lat": 37.5, "long": -122.25, "zipcode": 94122}]',
    "xml": "<service_requests><request><service_request_id>638</service_request_id><status>closed</status>"
    "<status_notes/><service_code>1</service_code>"
    "<requested_datetime>2026-04-14T06:37:38-08:00</requested_datetime><lat>37.5</lat><long>-122.25</long>"
    "<zipcode>94122</zipcode></request></service_requests>",
}
RECEIPT = {
    "json": '[{"service_request_id": null, "token": "abc", "service_notice": "soon", "account_id": null}]',
    "xml": "<service_requests><request><token>abc</token><service_notice>soon</service_notice><account_id/>"
    "</request></service_requests>",
}
FORMS = pytest.mark.parametrize("form", ["json", "xml"])


@pytest.fixture
def client():
    """Open311City whose server answers with one body; what was asked is kept."""

    def make(body, form="json"):
        asked = []

        def answer(request):
            asked.append(request)
            return httpx.Response(200, text=body)

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        config = Open311Config("http://city.test/v2", "http://city.test/callers", "secret", "sf", form)
        return Open311City(http, config), asked

    return make


@FORMS
async def test_services(client, form):
    city, asked = client(SERVICES[form], form)
    (service,) = await city.services()
    assert service.model_dump() == {
        "service_code": "1",
        "service_name": "Potholes",
        "description": "",
        "metadata": True,
        "type": "batch",
        "keywords": ("road", "hole"),
        "group": "street",
    }
    assert str(asked[0].url) == f"http://city.test/v2/services.{form}?jurisdiction_id=sf"


@FORMS
async def test_service_definition(client, form):
    city, _ = client(DEFINITION[form], form)
    (attribute,) = (await city.service("1")).attributes
    assert attribute.values == {"10": "small", "20": "large"}
    assert (attribute.required, attribute.order, attribute.datatype) == (False, 1, "singlevaluelist")


@FORMS
async def test_request(client, form):
    city, _ = client(REQUESTS[form], form)
    request = await city.request("638")
    assert (request.service_request_id, request.zipcode, request.status_notes) == ("638", "94122", None)
    assert (request.lat, request.long) == (37.5, -122.25)
    assert request.requested_datetime == datetime(2026, 4, 14, 14, 37, 38, tzinfo=UTC)


@FORMS
async def test_dispatch_sends_one_form_with_its_key(client, form, order):
    city, asked = client(RECEIPT[form], form)
    receipt = await city.dispatch(order(co_dept_ids=("jiedao", "zhujian")))
    assert (receipt.token, receipt.status, receipt.service_notice) == ("abc", "pending", "soon")
    sent = httpx.QueryParams(asked[0].content.decode())
    assert asked[0].headers["Idempotency-Key"] == "key-00000001"
    assert asked[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (sent["api_key"], sent["jurisdiction_id"], sent["service_code"]) == ("secret", "sf", "010101")
    assert sent.get_list("attribute[co_dept_ids][]") == ["jiedao", "zhujian"]


async def test_filters_become_the_query(client):
    city, asked = client("[]")
    when = datetime(2026, 5, 1, tzinfo=UTC)
    await city.requests(RequestFilter(service_codes=("1", "2"), start_date=when, status=("open",)))
    assert dict(asked[0].url.params) == {
        "jurisdiction_id": "sf",
        "service_code": "1,2",
        "start_date": "2026-05-01T00:00:00+00:00",
        "status": "open",
    }


async def test_history_is_asked_without_the_number_or_the_key_in_the_url(client):
    city, asked = client("[]")
    assert await city.caller_history("00000000001") == ()
    assert "00000000001" not in str(asked[0].url) and "secret" not in str(asked[0].url)


@pytest.mark.parametrize(
    "body", ["{}", "[1]", "null", "[]", '[{"service_request_id": "1"}]', '[{"status": "open"}, {}]', "<x/>"]
)
async def test_answers_of_another_shape_are_broken(client, body):
    city, _ = client(body)
    with pytest.raises(CityBroken):
        await city.request("1")


async def test_a_broken_answer_is_described_without_its_values(client):
    city, _ = client('[{"service_request_id": "1", "status": "王小五的电话"}]')
    with pytest.raises(CityBroken, match="status") as caught:
        await city.request("1")
    assert "王小五" not in str(caught.value)
