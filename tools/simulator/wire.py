"""GeoReport v2 on the wire: the same records as JSON or XML."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from xml.etree import ElementTree

from fastapi import Response

Format = Literal["json", "xml"]
Record = Mapping[str, object]

# What one item of a list is called in XML, by the list's name.
_ITEM = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
}


def split_format(name: str) -> tuple[str, Format]:
    """'010101.xml' -> ('010101', 'xml'). JSON when nothing is said."""
    if name.endswith(".xml"):
        return name[:-4], "xml"
    return name.removesuffix(".json"), "json"


def listing(root: str, records: Sequence[Record], form: Format, *, status: int = 200) -> Response:
    """A list of records under the list name `root`; JSON leaves the name out."""
    return _response(root, list(records), form, status)


def single(root: str, record: Record, form: Format) -> Response:
    """One record that is no list (a service definition)."""
    return _response(root, record, form, 200)


def _response(root: str, content: object, form: Format, status: int) -> Response:
    if form == "json":
        text = json.dumps(content, ensure_ascii=False, default=_scalar)
        return Response(text, status, media_type="application/json; charset=utf-8")
    body = ElementTree.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
    return Response(body, status, media_type="text/xml; charset=utf-8")


def _element(name: str, content: object) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(str(key), value) for key, value in content.items())
    elif isinstance(content, list | tuple):
        element.extend(_element(_ITEM[name], value) for value in content)
    elif content is not None:
        element.text = _scalar(content)
    return element


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
