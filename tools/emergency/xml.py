"""XML from outside through lxml: no entities, no DTD, no network, bounded depth. Element helpers for CAP and Atom."""

import io
from collections.abc import Iterator
from typing import Any, Final, cast

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from tools.emergency.feed import shown

Element = Any  # lxml ships no types
XmlBroken: type[Exception] = etree.XMLSyntaxError
_SAFE: Final = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def document(data: bytes) -> tuple[Element, str]:
    """The root element, and a note when the text was not in the encoding it declares. Raises ValueError."""
    note = ""
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except XmlBroken as error:
        try:
            root = etree.fromstring(data, etree.XMLParser(encoding="gb18030", **_SAFE))
        except XmlBroken:
            raise ValueError(f"不是合法的 XML（{shown(error)}）") from error
        note = "编码与声明不符，按 GB18030 读"
    refuse_doctype(root)
    return root, note


def refuse_doctype(root: Element) -> None:
    """Raises ValueError: neither CAP nor Atom has one, and external entities come with it."""
    if root.getroottree().docinfo.doctype:
        raise ValueError("含 DOCTYPE 声明，可能夹带外部实体，拒收")


def branches(data: bytes) -> Iterator[Element]:
    """The root as soon as it opens, then each of its children once whole; a child is emptied after its turn.

    Raises XmlBroken where the text breaks off.
    """
    depth = 0
    for event, element in etree.iterparse(io.BytesIO(data), events=("start", "end"), **_SAFE):
        depth += 1 if event == "start" else -1
        if depth == 1:
            yield element
            if event == "end":
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def name_of(element: Element) -> tuple[str, str]:
    """(namespace, local name)."""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def children(parent: Element, name: str) -> list[Element]:
    """Children in the parent's own namespace: foreign markup of the same name is not meant."""
    return cast("list[Element]", parent.findall(f"{{{name_of(parent)[0]}}}{name}"))


def own_text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def text_of(parent: Element, name: str) -> str:
    """The text of the first child of this name, "" without one."""
    found = children(parent, name)
    return own_text(found[0]) if found else ""


def source_of(element: Element) -> bytes:
    """An element as a document of its own, UTF-8."""
    return cast("bytes", etree.tostring(element, encoding="utf-8", with_tail=False))
