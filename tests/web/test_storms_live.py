"""Both storms played on the commander's page from the first warning to the final report; a person signs every turn.

The clock runs at SPEED all the way, and only the page is used to act. That takes minutes a storm, so it is asked for:
`python -m pytest -m stress tests/web/test_storms_live.py`. With WEB_TEST_SHOTS=FOLDER every stop leaves a picture.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.product import Product
from tests.web.storm import SLOW, Script, Storm, Turn, begun, commander, pane, script

pytestmark = [pytest.mark.stress, pytest.mark.browser]

SPEED = 300
AFTER = timedelta(minutes=10)  # of the event's clock: what came in has been judged
LATEST = 5  # times that: the reference looks every half hour
PATIENCE = 5_000  # ms: what has been judged stands on the page
HAZARDS = {"flood": "防汛", "typhoon": "防台风"}
ADVICE = {"start": "建议启动", "upgrade": "建议升级为", "downgrade": "建议降级为", "end": "建议终止"}
ACTS = {"start": "启动", "upgrade": "升级", "downgrade": "降级", "end": "终止"}
LEVELS = {1: "Ⅰ级", 2: "Ⅱ级", 3: "Ⅲ级", 4: "Ⅳ级", None: ""}
SHOTS = os.environ.get("WEB_TEST_SHOTS")


@dataclass(frozen=True)
class Desk:
    """The page, the storm on it, and pictures of both where they are wanted."""

    page: Page
    storm: Storm

    def shot(self, label: str) -> None:
        if SHOTS:
            self.page.wait_for_timeout(1500)
            self.page.screenshot(path=Path(SHOTS) / f"{self.storm.name}-{label}.png")


@pytest.mark.parametrize("name", ["storm_may", "typhoon_july"])
def test_a_storm_from_the_first_warning_to_the_final_report(
    context: BrowserContext, product: Product, name: str
) -> None:
    told = script(name)
    storm = begun(product, name, told.begin - timedelta(minutes=25))
    try:
        desk = Desk(commander(context, product), storm)
        first_warning(desk, told)
        for number, turn in enumerate(told.turns, 1):
            take(desk, turn, number)
        final_report(desk)
        signed = [(one["hazard"], one["action"]) for one in storm.situation()["decisions"]]
        assert signed == [(turn.hazard, turn.action) for turn in told.turns]
        assert not any(storm.situation()["signed"].values())
        close(desk)
    finally:
        storm.stop()


def first_warning(desk: Desk, told: Script) -> None:
    desk.storm.play(told.first_warning + AFTER, SPEED)
    expect(desk.page.get_by_label("生效预警")).to_contain_text("气象台", timeout=SLOW)
    desk.shot("00-first-warning")


def take(desk: Desk, turn: Turn, number: int) -> None:
    """The page advises the turn, a person signs it, and does what the moment asks for besides."""
    pane(desk.page, "态势")
    await_advice(desk, turn)
    label = f"{number:02}-{turn.hazard}-{turn.action}{turn.level or ''}"
    desk.shot(label)
    sign(desk, turn)
    graver = turn.action in ("start", "upgrade")
    for act in (call_everybody, *BESIDES.get(number, ())) if graver else (follow_up,):
        act(desk, label)


def await_advice(desk: Desk, turn: Turn) -> None:
    said = desk.page.get_by_label("建议", exact=True)
    advice = f"{HAZARDS[turn.hazard]}：{ADVICE[turn.action]}{LEVELS[turn.level]}"
    for waits in range(1, LATEST + 1):
        desk.storm.play(turn.at + waits * AFTER, SPEED)
        with suppress(AssertionError):
            return expect(said).to_contain_text(advice, timeout=PATIENCE)
    expect(said).to_contain_text(advice, timeout=SLOW)


def sign(desk: Desk, turn: Turn) -> None:
    page = desk.page
    page.get_by_role("button", name=f"{HAZARDS[turn.hazard]}：签发决定").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=ACTS[turn.action], exact=True).check()
    if turn.level:
        dialog.get_by_role("radio", name=LEVELS[turn.level]).check()
    dialog.get_by_role("button", name="本人即预案岗位").click()
    dialog.get_by_label("理由").fill("按预案逐条核对")
    desk.shot(f"sign-{turn.hazard}-{turn.action}{turn.level or ''}")
    dialog.get_by_role("button", name="下一步").click()
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    now = f"已签发：{LEVELS[turn.level]}" if turn.level else "未启动响应"
    card = page.get_by_role("article", name=re.compile(f"^{HAZARDS[turn.hazard]}："))
    expect(card).to_contain_text(now, timeout=SLOW)


def call_everybody(desk: Desk, label: str) -> None:
    """Once, as soon as there is anybody to call: a blue signal calls nobody."""
    calls = desk.storm.product.get("/calls")["items"]
    if len(calls) < 2 or any(call.get("called_at") for call in calls):
        return
    page = desk.page
    pane(page, "叫应")
    page.get_by_role("button", name=re.compile("^叫应全部未叫的")).click(timeout=SLOW)
    page.get_by_role("dialog").get_by_role("button", name="逐一叫应").click()
    expect(page.get_by_text(re.compile("已逐一叫应"))).to_be_visible(timeout=5 * SLOW)  # dozens, one by one
    row = page.locator(".callrow.call-calling, .callrow.call-overdue").first
    who = row.locator(".call-who b").first.inner_text()
    row.get_by_role("button", name="已应答").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("已到岗")
    page.get_by_role("dialog").get_by_role("button", name="记下").click()
    answered = page.locator(".callrow.call-acknowledged").filter(has_text=who).first
    expect(answered).to_contain_text("已到岗", timeout=SLOW)
    desk.shot(f"{label}-calls")


def judge(desk: Desk, label: str) -> None:
    page = desk.page
    pane(page, "研判")
    page.get_by_role("button", name="立即研判").click()
    expect(page.get_by_label("分析过程")).to_contain_text("完成", timeout=SLOW)
    desk.shot(f"{label}-judgment")


def conclude(desk: Desk, label: str) -> None:
    """What only people can judge: a person's finding enters the table at once."""
    page = desk.page
    pane(page, "条件")
    row = page.locator("tr.c-human").first
    row.get_by_role("button").first.click()
    page.get_by_role("button", name="填报研判结论…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("对象").fill("城西泵站")
    dialog.get_by_role("radio", name="核实不成立").check()
    dialog.get_by_label("依据").fill("值班员现场核查，运行正常")
    dialog.get_by_role("button", name="记入").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    desk.shot(f"{label}-finding")


def look_back_and_ahead(desk: Desk, label: str) -> None:
    """The scrubber shows the past as it was known; a slider shows what more rain would do; neither stays."""
    page = desk.page
    pane(page, "条件")
    page.get_by_role("button", name="假设推演").click()
    panel = page.get_by_role("region", name="假设推演")
    panel.get_by_label("区县雨量").click()
    page.get_by_title("望澜区", exact=True).click()
    panel.get_by_role("slider").press("End")
    expect(page.get_by_text("假设 · 不是实况")).to_be_visible(timeout=SLOW)
    desk.shot(f"{label}-whatif")
    page.get_by_role("button", name="清除假设").click()
    scrubber = page.get_by_label("回放时刻")
    for _ in range(12):
        scrubber.press("ArrowLeft")
    past = page.get_by_role("status").filter(has_text="不是现在")
    expect(past).to_be_visible(timeout=SLOW)
    desk.shot(f"{label}-replay")
    page.get_by_role("button", name="回到实时").click()
    expect(past).to_have_count(0)


def flash(desk: Desk, label: str) -> None:
    """A sentence is put in a person's words before it is signed."""
    paper(desk, "快报", f"{label}-flash", amend)


def follow_up(desk: Desk, label: str) -> None:
    judge(desk, label)
    paper(desk, "续报", f"{label}-followup")


def final_report(desk: Desk) -> None:
    judge(desk, "98-final")
    paper(desk, "研判专报", "98-final")
    for name, magic in (("DOCX", b"PK"), ("PDF", b"%PDF")):
        with desk.page.expect_download(timeout=SLOW) as waiting:
            desk.page.get_by_role("link", name=name).click()
        assert waiting.value.path().read_bytes().startswith(magic)


def paper(desk: Desk, form: str, label: str, change: Callable[[Page], None] = lambda page: None) -> None:
    """Composed of the newest judgment, read, changed if need be, and signed by the plan's post."""
    page = desk.page
    pane(page, "文件")
    page.get_by_label("文件形式").click()
    page.get_by_title(form, exact=True).last.click()  # the first is what is chosen now
    page.get_by_role("button", name=re.compile("由第 .* 次研判")).click(timeout=SLOW)
    expect(page.locator(".desk-head")).to_contain_text("未签发", timeout=SLOW)
    expect(page.frame_locator("iframe[title=版式预览]").locator("h1")).to_be_visible(timeout=SLOW)
    change(page)
    page.get_by_role("button", name="签发…").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="本人即预案岗位").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="签发", exact=True).click()
    expect(page.get_by_text("李敏 已签发")).to_be_visible(timeout=SLOW)
    desk.shot(label)


def amend(page: Page) -> None:
    page.get_by_label("编辑正文").locator("p .sentence[role=button]").last.click()
    page.get_by_label("修改这一句").fill("各单位按预案到岗，雨情水情随时报。")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="保存为第 2 版").click(timeout=SLOW)
    expect(page.locator(".desk-head")).to_contain_text("第 2 版", timeout=SLOW)
    expect(page.get_by_text("处修改未保存")).to_have_count(0)


def close(desk: Desk) -> None:
    page = desk.page
    page.get_by_title(re.compile("：场次$")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("结束的说明").fill("响应已终止，终报已签发")
    dialog.get_by_role("button", name=re.compile("^结束本场次")).click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    desk.shot("99-closed")


BESIDES: dict[int, tuple[Callable[[Desk, str], None], ...]] = {
    1: (judge, flash),
    2: (conclude, look_back_and_ahead),
}
