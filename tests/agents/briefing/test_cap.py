from pathlib import Path

import pytest
from lxml import etree

from agents.briefing.cap import NAMESPACE, cap_draft

SCHEMA = Path(__file__).parents[4] / "shared/data/cap/cap12.xsd"
NAMES = {"c": NAMESPACE}


@pytest.mark.parametrize("status", ["Draft", "Exercise"])
def test_it_is_a_restricted_draft_that_the_schema_accepts(composed, judgment, city, status):
    told = cap_draft(composed("report"), judgment, city, status=status).encode()
    tree = etree.fromstring(told)
    assert tree.findtext("c:status", namespaces=NAMES) == status
    assert tree.findtext("c:scope", namespaces=NAMES) == "Restricted"
    assert "不得对外发布" in tree.findtext("c:restriction", namespaces=NAMES)
    assert "人工智能" in tree.findtext("c:note", namespaces=NAMES)
    assert len(tree.findall("c:info", namespaces=NAMES)) == 1
    if not SCHEMA.exists():
        pytest.skip(f"{SCHEMA} is not there: not checked against the schema")
    etree.XMLSchema(file=str(SCHEMA)).assertValid(tree)


def test_nothing_advised_is_said_so(composed, judgment, city):
    quiet = judgment.model_copy(update={"recommendations": ()})
    tree = etree.fromstring(cap_draft(composed("press"), quiet, city).encode())
    assert tree.findtext("c:info/c:severity", namespaces=NAMES) == "Unknown"
    assert "暂不建议" in tree.findtext("c:info/c:event", namespaces=NAMES)
