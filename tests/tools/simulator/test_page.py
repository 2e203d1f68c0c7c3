"""The exercise desk in a real browser: play, pause, jump, break a gauge and a feed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def desk(simulator):
    if not CHROMIUM.is_file():
        pytest.skip(f"没有 {CHROMIUM}：安装 Debian 的 chromium 后可运行网页测试")
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.goto(simulator.url)
        yield page
        browser.close()
    assert troubles == []


@pytest.mark.browser
def test_a_person_runs_an_exercise(desk: Page, simulator) -> None:
    expect(desk.locator("#toggle")).to_be_disabled()
    desk.select_option("#scenario", "storm_may")
    desk.click("#start")
    expect(desk.locator("#title")).to_contain_text("五月强对流暴雨", timeout=30_000)
    desk.click("#toggle")
    expect(desk.locator("#pace")).to_have_text("已暂停")
    before = simulator.control.get("/_control/scenario").json()["now"]
    desk.click('.jump[data-minutes="60"]')
    expect(desk.locator("#clock")).to_contain_text(f"{int(before[11:13]) + 1:02}:{before[14:16]}")
    desk.select_option("#station", "RG08")
    desk.select_option("#station-kind", "stuck")
    desk.click("#station-add")
    expect(desk.locator("#station-faults")).to_contain_text("RG08 卡死")
    desk.select_option("#feed", "reports")
    desk.click("#feed-add")
    expect(desk.locator("#feed-faults")).to_contain_text("中断（503）")
    assert simulator.control.get("/reports").status_code == 503
    desk.click("#feed-faults button")
    expect(desk.locator("#feed-faults li")).to_have_count(0)
    assert simulator.control.get("/reports").status_code == 200
    desk.click("#stop")
    expect(desk.locator("#title")).to_contain_text("平静日")


@pytest.mark.browser
def test_the_desk_fits_a_phone(desk: Page) -> None:
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
