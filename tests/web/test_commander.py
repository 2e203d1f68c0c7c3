"""A storm on the commander's page, in a real browser against the real product and its simulated city."""

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.web.product import Product
from tests.web.storm import SLOW, Storm, begun, commander, pane

pytestmark = pytest.mark.browser

DAY = "2026-05-18"
POST = "市防指常务副总指挥"  # signs Ⅲ of the flood plan


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}:00+08:00")


@pytest.fixture(scope="module")
def storm(product: Product) -> Iterator[Storm]:
    playing = begun(product, "storm_may", at("15:20"))
    yield playing
    playing.stop()


@pytest.fixture
def peak(storm: Storm) -> Storm:
    storm.jump(at("17:10"))
    return storm


@pytest.fixture
def command(storm: Storm, context: BrowserContext) -> Page:
    return commander(context, storm.product)


def test_from_the_first_warning_to_a_signed_decision(command: Page, storm: Storm) -> None:
    expect(command.get_by_text("演练", exact=True)).to_be_visible()
    storm.jump(at("17:10"))  # nobody touches the page: it hears of it
    expect(command.get_by_role("article", name="防汛：Ⅲ级")).to_be_visible(timeout=SLOW)
    expect(command.get_by_text("尚未签发").first).to_be_visible()

    pane(command, "条件")
    command.get_by_title(re.compile("^● 成立")).click()
    row = command.get_by_role("row").filter(has_text="5.5.1(2)")
    row.get_by_role("button", name="▸ 5.5.1(2)").click()
    command.locator(".reading-chip.vd-true").first.click()  # a figure leads to its station and time
    expect(command.get_by_role("region", name="证据")).to_contain_text("质量：可信")

    pane(command, "研判")
    command.get_by_role("button", name="立即研判").click()
    expect(command.get_by_label("分析过程")).to_contain_text("完成", timeout=SLOW)
    expect(command.get_by_role("heading", name=re.compile("第 .* 次研判"))).to_be_visible(timeout=SLOW)

    command.get_by_role("button", name="防汛：签发决定").click()
    dialog = command.get_by_role("dialog")
    expect(dialog.locator("input[type=radio]:checked")).to_have_count(0)  # nothing is chosen beforehand
    expect(dialog.get_by_role("button", name="下一步")).to_be_disabled()
    dialog.get_by_role("radio", name="启动", exact=True).check()
    dialog.get_by_role("radio", name="Ⅲ级").check()
    expect(dialog.get_by_text(f"预案规定：{POST}")).to_be_visible()
    dialog.get_by_label("签发岗位").fill(POST)
    dialog.get_by_label("理由").fill("5.5.1(2) 已成立")
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog.get_by_text(f"李敏（{POST}）签发：防汛应急响应，启动Ⅲ级。")).to_be_visible()
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(command.get_by_text("已签发：Ⅲ级")).to_be_visible(timeout=SLOW)
    assert storm.situation()["decisions"][-1]["by"] == "李敏"


def test_an_end_against_the_plan_names_what_is_not_met(command: Page, peak: Storm) -> None:
    signed(peak)
    button = command.get_by_role("button", name="防汛：签发决定")
    expect(command.get_by_text("已签发：Ⅲ级")).to_be_visible(timeout=SLOW)
    button.click()
    dialog = command.get_by_role("dialog")
    dialog.get_by_role("radio", name="终止", exact=True).check()
    expect(dialog.get_by_label("终止条件")).to_contain_text("Ⅳ级的终止条件还没有核对")
    against = dialog.get_by_role("status").filter(has_text="与系统建议不同（建议维持Ⅲ级）")
    expect(against).to_contain_text("还没有核对")
    expect(against).to_contain_text("启动条件仍成立")
    expect(dialog.get_by_text(f"预案规定：{POST}")).to_be_visible()  # the post of what is in force, not of Ⅳ
    dialog.get_by_role("button", name="本人即预案岗位").click()
    expect(dialog.get_by_role("button", name="下一步")).to_be_disabled()  # no reason, no signature
    command.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()  # closing gives the keyboard back


def signed(storm: Storm) -> None:
    """Ⅲ is in force, whoever signed it."""
    if storm.situation()["signed"]["flood"] is None:
        wish = {"hazard": "flood", "action": "start", "level": 3, "post": POST, "reason": "5.5.1(2)"}
        address = f"{storm.product.url}/api/situation/decisions"
        httpx.post(address, json=wish, headers={"X-Operator": "test"}, timeout=60).raise_for_status()


def test_hundreds_of_signals_hide_nothing_else(command: Page, peak: Storm) -> None:
    def many(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        alerts = [{**told["alerts"][at % len(told["alerts"])], "alert_id": f"X{at}"} for at in range(200)]
        route.fulfill(response=answer, json={**told, "alerts": alerts, "alerts_count": 300})

    command.route("**/api/situation", many)
    command.reload()
    expect(command.get_by_label("生效预警")).to_contain_text("生效的预警信号 300", timeout=SLOW)
    expect(command.get_by_role("heading", name="最近变化")).to_be_in_viewport()


def test_a_briefing_is_edited_warned_signed_and_taken_away(command: Page, peak: Storm) -> None:
    pane(command, "文件")
    command.get_by_role("button", name=re.compile("由第 .* 次研判")).click(timeout=SLOW)
    editor = command.get_by_label("编辑正文")
    expect(editor).to_be_visible(timeout=SLOW)
    expect(command.frame_locator("iframe[title=版式预览]").locator("h1")).to_be_visible(timeout=SLOW)

    sentence = editor.locator("p .sentence[role=button]", has_text=re.compile(r"\d")).first
    sentence.click()
    command.get_by_label("修改这一句").fill("全市1小时雨量最大达到999.9毫米。")
    command.keyboard.press("Control+Enter")
    preview = command.frame_locator("iframe[title=版式预览]")
    expect(preview.get_by_text("999.9毫米")).to_be_visible()  # before it is saved
    command.reload()  # and not lost by a refresh
    command.get_by_role("button", name="保存为第 2 版").click(timeout=SLOW)
    expect(command.get_by_text(re.compile("处与证据不一致"))).to_be_visible(timeout=SLOW)
    expect(editor.get_by_text("999.9毫米")).to_be_visible()  # warned of, and kept

    command.get_by_text("对比", exact=True).click()
    expect(command.locator(".compared ins").first).to_be_visible(timeout=SLOW)

    command.get_by_role("button", name="签发…").last.click()
    dialog = command.get_by_role("dialog")
    expect(dialog).to_contain_text("第 2 版")
    dialog.get_by_role("button", name="本人即预案岗位").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(command.get_by_text("李敏 已签发")).to_be_visible(timeout=SLOW)

    with command.expect_download(timeout=SLOW) as waiting:
        command.get_by_role("link", name="DOCX").click()
    assert waiting.value.path().read_bytes()[:2] == b"PK"


def test_the_past_as_it_was_known_then(command: Page, peak: Storm) -> None:
    command.goto(f"{peak.product.url}/#/command?at={DAY}T15%3A40%3A00%2B08%3A00")
    banner = command.get_by_role("status").filter(has_text="不是现在")
    expect(banner).to_be_visible(timeout=SLOW)
    expect(command.get_by_role("article", name="防汛：未达启动条件")).to_be_visible(timeout=SLOW)
    expect(command.get_by_role("button", name=re.compile("：签发决定$"))).to_have_count(
        0
    )  # the past signs nothing
    command.keyboard.press("l")
    expect(banner).to_have_count(0)
    expect(command.get_by_role("article", name="防汛：Ⅲ级")).to_be_visible(timeout=SLOW)

    scrubber = command.get_by_label("回放时刻")
    scrubber.focus()
    for _ in range(30):
        scrubber.press("ArrowLeft")
    expect(banner).to_be_visible(timeout=SLOW)
    command.get_by_role("button", name="回到实时").click()
    expect(banner).to_have_count(0)


def test_an_assumption_is_never_taken_for_the_present(command: Page, peak: Storm) -> None:
    pane(command, "条件")
    command.get_by_role("button", name="假设推演").click()
    panel = command.get_by_role("region", name="假设推演")
    panel.get_by_label("区县雨量").click()
    command.get_by_title("望澜区", exact=True).click()
    slider = panel.get_by_role("slider")
    slider.focus()
    slider.press("End")
    expect(command.get_by_text("假设 · 不是实况")).to_be_visible(timeout=SLOW)
    expect(command.locator("tr.flipped").first).to_be_visible(timeout=SLOW)
    expect(command.get_by_role("article", name="防汛：Ⅲ级")).to_be_visible()  # the strip tells what is
    command.get_by_role("button", name="清除假设").click()
    expect(command.get_by_text("假设 · 不是实况")).to_have_count(0)
    expect(command.locator("tr.flipped")).to_have_count(0)


def test_a_call_is_made_and_its_answer_told(command: Page, peak: Storm) -> None:
    pane(command, "叫应")
    row = command.locator(".callrow").first
    expect(row).to_be_visible(timeout=SLOW)
    who = row.locator(".call-who b").first.inner_text()
    row.get_by_role("button", name="叫应").click()
    mine = command.locator(".callrow").filter(has_text=who).first
    expect(mine.locator(".call-log")).to_contain_text("李敏 叫应", timeout=SLOW)
    mine.get_by_role("button", name="备注").click()
    command.get_by_role("dialog").get_by_role("textbox").fill("已另用电台通知")
    command.get_by_role("dialog").get_by_role("button", name="记下").click()
    expect(mine.locator(".call-log")).to_contain_text("已另用电台通知", timeout=SLOW)


def test_a_feed_that_is_down_is_told_and_makes_conditions_unknown(command: Page, peak: Storm) -> None:
    peak.feed("alerts", {"kind": "down"})
    try:
        sources = command.get_by_label("数据来源与时效")
        expect(sources.locator(".src-down")).to_contain_text("预警信号", timeout=SLOW)
        pane(command, "条件")
        command.get_by_title(re.compile(r"^\? 未知 [1-9]")).click(timeout=SLOW)
        expect(command.locator("tr.c-unknown").first).to_contain_text("未知")
    finally:
        peak.feed("alerts", None)
    expect(sources.locator(".src-down")).to_have_count(0, timeout=SLOW)


def test_a_lost_connection_says_how_old_the_picture_is(command: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    lost = command.get_by_role("alert").filter(has_text="与服务器断开")
    expect(lost).to_be_visible(timeout=SLOW)
    expect(lost).to_contain_text(re.compile(r"所见是 .*前的情况"))
    context.set_offline(False)
    expect(lost).to_have_count(0, timeout=SLOW)


@pytest.mark.parametrize(("width", "height", "wall"), [(390, 844, False), (1920, 1080, True)])
def test_layouts(command: Page, peak: Storm, width: int, height: int, wall: bool) -> None:
    command.set_viewport_size({"width": width, "height": height})
    command.goto(f"{peak.product.url}/#/command{'?wall=1' if wall else ''}")
    expect(command.get_by_role("article", name="防汛：Ⅲ级")).to_be_visible(timeout=SLOW)
    assert command.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if wall:  # read from four metres, nothing to press
        assert (
            command.locator(".lvl.big").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
            >= 90
        )
        expect(command.get_by_role("button", name=re.compile("签发(决定|…)$"))).to_have_count(0)
    else:
        expect(command.get_by_label("报送与会商时限")).to_be_in_viewport()
        pane(command, "地图")
        expect(command.locator(".sheet")).to_be_visible()


def test_everything_is_reached_by_keyboard_and_named(command: Page) -> None:
    command.keyboard.press("2")
    expect(command.get_by_label("触发条件逐条对照")).to_be_visible()
    command.keyboard.press("?")
    expect(command.get_by_role("dialog")).to_contain_text("指挥台快捷键")
    command.keyboard.press("Escape")
    nameless = command.evaluate(
        "[...document.querySelectorAll('button, input, [role=button], select')]"
        ".filter(one => one.checkVisibility() && !(one.getAttribute('aria-label') || one.textContent ||"
        " one.title || one.labels?.length)).map(one => one.outerHTML.slice(0, 120))"
    )
    assert nameless == []
