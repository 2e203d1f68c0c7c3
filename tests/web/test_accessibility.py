"""What axe-core, the checker that browsers' own tools use, finds on every page: nothing against WCAG 2.2 A and AA, nor
against its own good practice (landmarks, one main part, headings in order)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.product import Product
from tests.web.storm import SLOW, Storm, begun, commander

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "serving" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, THUMB = {"width": 390, "height": 844}, 40  # pixels
SMALL = """thumb => [...document.querySelectorAll(
        'button:not(.tick), a[href], summary, .ant-select, .ant-segmented-item')]
    .filter(one => one.checkVisibility() && !one.closest('svg'))
    .map(one => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.width && (box.height < thumb - 0.5 || box.width < thumb - 0.5))
    .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""
PANES = ("now", "table", "judgment", "briefing", "calls", "map")


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip(f"没有 {AXE}：先运行 make web")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def storm(product: Product) -> Iterator[Storm]:
    playing = begun(product, "storm_may", datetime.fromisoformat("2026-05-18T17:10:00+08:00"))
    yield playing
    playing.stop()


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)  # not as a script of the page: its policy lets none in
    found: list[dict[str, Any]] = page.evaluate(
        "async rules => (await axe.run(document, { runOnly: rules })).violations", RULES
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:100]}" for rule in found for node in rule["nodes"]
    ]


@pytest.mark.parametrize("address", ["#/", "#/knowledge", "#/knowledge?q=夜间施工"])
def test_desk_and_knowledge(page: Page, product: Product, axe: str, address: str) -> None:
    page.goto(f"{product.url}/{address}")
    expect(page.get_by_label("系统状态")).to_contain_text("就绪", timeout=SLOW)
    assert faults(page, axe) == []


@pytest.mark.parametrize(
    "address", ["#/", "#/knowledge?q=夜间施工", *(f"#/command?pane={name}" for name in PANES)]
)
def test_what_is_pressed_on_a_phone_is_large_enough_for_a_thumb(
    page: Page, storm: Storm, axe: str, address: str
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{storm.product.url}/{address}")
    name = "防汛：Ⅲ级" if "command" in address else "坐席"
    shown = page.get_by_role("article", name=name) if "command" in address else page.get_by_text(name)
    expect(shown.first).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(1000)  # its panes are read
    assert page.evaluate(SMALL, THUMB) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_commanders_page(browser: Browser, storm: Storm, axe: str, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page = commander(context, storm.product)
    found: list[str] = []
    for address in [*(f"pane={name}" for name in PANES), "wall=1"]:
        page.goto(f"{storm.product.url}/#/command?{address}")
        expect(page.get_by_role("article", name="防汛：Ⅲ级")).to_be_visible(timeout=SLOW)
        found += [f"{address} {fault}" for fault in faults(page, axe)]
    context.close()
    assert found == []
