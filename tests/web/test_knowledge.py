"""What a legal officer does with the knowledge page, in a real browser. Own texts are invented."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.product import Product, wait_until

pytestmark = pytest.mark.browser

SLOW = 60_000  # ms: a loaded machine may take longer
LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws"
OPERATOR = {"X-Operator": quote("李敏")}

TITLE = "沄州市共享轮椅投放管理规定"
HEAD = "---\ntitle: {title}\nlevel: 规章\nissuer: 沄州市民政局\nregion: 沄州市\neffective: {day}\n---\n# {title}\n\n"
FIRST = """## 第一章 总则

第一条　为了规范共享轮椅的投放，方便行动不便的人，制定本规定。

第二条　共享轮椅由区民政部门组织投放，每个街道不得少于五辆。

## 第二章 使用

第三条　借用共享轮椅应当在七日内归还；逾期不还的，依照本规定第四条处理。

第四条　逾期不还的，处五十元罚款。
"""
SECOND = """## 第一章 总则

第一条　为了规范共享轮椅的投放，方便行动不便的人，制定本规定。

第二条　共享轮椅由区民政部门组织投放，每个街道不得少于二十辆，其中电动轮椅不得少于三辆。

## 第二章 使用

第三条　借用共享轮椅应当在七日内归还；逾期不还的，依照本规定第四条处理。

第四条　逾期不还的，处一百元罚款。

第五条　医院门诊应当设共享轮椅归还点。
"""
NOTE = "第一条　为了规范沄州市口袋公园夜间照明的开闭，制定本办法。\n\n第二条　口袋公园照明应当在日落后半小时内开启。\n"


def markdown(title: str, day: str, body: str) -> bytes:
    return (HEAD.format(title=title, day=day) + body).encode()


def upload(product: Product, files: list[tuple[str, bytes]]) -> list[str]:
    """Hand files in beside the browser and wait until they are indexed; ids of the documents added."""
    sent = httpx.post(
        f"{product.url}/api/knowledge/upload",
        files=[("files", file) for file in files],
        headers=OPERATOR,
        timeout=60,
    ).raise_for_status()
    address = f"/knowledge/uploads/{sent.json()['upload_id']}"
    wait_until("收录完成", lambda: product.get(address)["stage"] in ("finished", "failed"), 300)
    done = product.get(address)
    assert done["stage"] == "finished", done
    return [added["document_id"] for added in done["result"]["added"]]


def remove(product: Product, documents: list[str]) -> None:
    for document in documents:
        httpx.delete(f"{product.url}/api/knowledge/documents/{document}", headers=OPERATOR, timeout=60)


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """Pages that read from a busy server take their time; Playwright's own limit is five seconds."""
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def versions(product: Product) -> Iterator[list[str]]:
    """Two versions of one document, the older first."""
    added = upload(
        product,
        [
            ("轮椅2019.md", markdown(TITLE, "2019-03-01", FIRST)),
            ("轮椅2024.md", markdown(TITLE, "2024-07-01", SECOND)),
        ],
    )
    yield added
    remove(product, added)


@pytest.fixture
def library(page: Page, product: Product, versions: list[str]) -> Page:
    """The knowledge page, with both versions in the base."""
    assert len(versions) == 2
    page.goto(f"{product.url}/#/knowledge")
    expect(page.get_by_role("searchbox", name="检索知识库")).to_be_visible()
    return page


def search(page: Page, words: str) -> Locator:
    """By keyboard from wherever the focus is; the hits."""
    page.keyboard.press("/")
    expect(page.locator("#kb-search")).to_be_focused()
    page.keyboard.insert_text(words)
    page.keyboard.press("Enter")
    hits = page.locator("a.hit")
    expect(hits.first).to_be_visible()
    return hits


def test_from_words_to_the_clause_without_a_mouse(library: Page) -> None:
    hits = search(library, "共享轮椅归还点设在哪里")
    library.keyboard.press("ArrowDown")
    expect(hits.first).to_be_focused()
    library.keyboard.press("ArrowDown")
    library.keyboard.press("ArrowUp")
    library.keyboard.press("Enter")
    expect(hits.first).to_have_attribute("aria-current", "true")
    expect(hits.first).to_contain_text(TITLE)
    expect(hits.first.locator(".hit-legs")).to_contain_text(re.compile(r"字面 \d+"))
    expect(hits.first.locator("mark").first).to_be_visible()
    clause = library.locator(".body.here")
    expect(clause).to_contain_text("归还点")
    expect(clause).to_be_in_viewport()
    address = library.url
    library.reload()
    expect(library.locator(".body.here")).to_contain_text("归还点")
    expect(library.locator("#kb-search")).to_have_value("共享轮椅归还点设在哪里")
    assert library.url == address


def test_another_day_is_never_mistaken_for_today(library: Page) -> None:
    hits = search(library, "共享轮椅每个街道不得少于几辆")
    own = hits.filter(has_text=TITLE).filter(has_text="第二条")
    expect(own).to_have_count(1)
    expect(own).to_contain_text("二十辆")
    expect(library.locator(".kb-day")).to_be_hidden()

    day = library.get_by_label("按哪一天的效力检索")
    day.fill("2020-01-01")
    day.press("Enter")
    expect(library.locator(".kb-day")).to_contain_text("2020-01-01")
    expect(own).to_contain_text("五辆")
    library.reload()
    expect(library.locator(".kb-day")).to_contain_text("2020-01-01")
    library.get_by_role("button", name="回到今天").click()
    expect(own).to_contain_text("二十辆")

    library.get_by_label("含失效").check()
    expect(own).to_have_count(2)
    expect(own.filter(has_text="五辆")).to_contain_text("✕ 已失效")
    expect(own.filter(has_text="二十辆")).to_contain_text("● 现行有效")


def test_facets_narrow_and_are_given_back(library: Page) -> None:
    hits = search(library, "共享轮椅投放")
    facets = library.locator(".facets")
    facets.get_by_text("规章", exact=True).click()
    expect(library.get_by_role("button", name="去掉筛选 规章")).to_be_visible()
    expect(hits.locator(".tag.level").filter(has_not_text="规章")).to_have_count(0)
    assert "level=" in library.url
    library.get_by_role("button", name="去掉筛选 规章").click()
    assert "level=" not in library.url


def test_versions_stand_side_by_side(library: Page, product: Product, versions: list[str]) -> None:
    library.goto(f"{product.url}/#/knowledge?doc={versions[1]}")
    timeline = library.locator(".version")
    expect(timeline).to_have_count(2)
    expect(timeline.first).to_contain_text("2019-03-01 → 2024-06-30")
    library.locator(".versions").get_by_role("button", name=re.compile("^对照")).click()
    rows = library.locator(".change")
    expect(rows).to_have_count(3)
    second = library.locator('.change[data-article="第二条"]')
    expect(second.locator("del")).to_contain_text("五")
    expect(second.locator("ins").first).to_contain_text("二十")
    expect(library.locator('.change[data-article="第五条"]')).to_contain_text("＋ 新增")
    library.keyboard.press("n")
    expect(second).to_be_focused()
    library.keyboard.press("n")
    expect(library.locator('.change[data-article="第四条"]')).to_be_focused()
    library.get_by_label("显示未变的条").check()
    expect(rows).to_have_count(5)
    library.reload()
    expect(rows).to_have_count(3)
    library.get_by_role("button", name="返回原文").click()
    expect(library.locator(".doc-head")).to_contain_text(TITLE)


def test_one_article_is_compared_from_where_it_stands(
    library: Page, product: Product, versions: list[str]
) -> None:
    library.goto(f"{product.url}/#/knowledge?doc={versions[1]}&article={quote('第四条')}")
    here = library.locator(".body.here")
    expect(here).to_contain_text("一百元")
    here.get_by_role("button", name="与上一版对照").click()
    expect(library.locator('.change[data-article="第四条"]')).to_be_in_viewport()


def test_a_reference_leads_to_its_article(library: Page, product: Product, versions: list[str]) -> None:
    library.goto(f"{product.url}/#/knowledge?doc={versions[1]}&article={quote('第三条')}")
    here = library.locator(".body.here")
    expect(here).to_contain_text("七日内")
    here.get_by_role("button", name="第四条", exact=True).click()
    expect(here).to_contain_text("一百元")
    library.go_back()
    expect(here).to_contain_text("七日内")


def test_a_citation_is_copied_with_its_quote(
    library: Page, context: BrowserContext, product: Product, versions: list[str]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    library.goto(f"{product.url}/#/knowledge?doc={versions[0]}&article={quote('第四条')}")
    here = library.locator(".body.here")
    expect(here).to_contain_text("五十元")
    here.get_by_role("button", name="复制引用").click()
    expect(library.get_by_text("已复制：整条引用")).to_be_visible()
    copied = library.evaluate("navigator.clipboard.readText()")
    assert (
        copied == f"《{TITLE}》第四条（已失效，2019-03-01 至 2024-06-30 有效）：“逾期不还的，处五十元罚款。”"
    )
    here.get_by_role("button", name="看原件").click()
    expect(here.locator(".original mark")).to_contain_text("第四条　逾期不还的")
    expect(here.locator(".original")).to_contain_text("第三条")


def test_the_tree_leads_down_to_the_article(library: Page) -> None:
    library.locator(".side").get_by_text("目录", exact=True).click()
    library.get_by_label("按标题或文号找文件").fill("共享轮椅")
    node = library.locator(".tree .ant-tree-treenode").filter(has_text=TITLE)
    expect(node).to_contain_text("2 版")
    node.locator(".ant-tree-switcher").click()
    chapter = library.locator(".tree .ant-tree-treenode").filter(has_text="第二章 使用")
    chapter.locator(".ant-tree-switcher").click()
    library.locator(".tree .node").filter(has_text="第五条").click()
    expect(library.locator(".body.here")).to_contain_text("归还点")


def test_upload_is_followed_found_and_removed(library: Page, product: Product) -> None:
    library.get_by_role("button", name=re.compile("上传文件")).click()
    library.set_input_files(
        "input[type=file]",
        [
            {"name": "沄州市口袋公园照明办法.md", "mimeType": "text/markdown", "buffer": NOTE.encode()},
            {"name": "坏文件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"},
        ],
    )
    library.reload()  # what the server took goes on, and is shown again
    library.get_by_role("button", name=re.compile("上传文件")).click()
    newest = library.locator(".upload").first
    expect(newest).to_contain_text("收录 1，读不了 1")
    expect(newest.locator(".unread")).to_contain_text("坏文件.pdf")
    expect(newest.locator("h3")).not_to_contain_text("◐")
    newest.get_by_role("button", name="打开").click()
    expect(library.locator(".doc-head")).to_contain_text("口袋公园")
    library.keyboard.press("Escape")

    hits = search(library, "口袋公园照明什么时候开启")
    expect(hits.first).to_contain_text("日落后半小时")
    hits.first.click()
    library.get_by_role("button", name="文件操作").click()
    library.get_by_role("menuitem", name=re.compile("从知识库删除")).click()
    question = library.get_by_role("dialog")
    expect(question).to_contain_text("李敏")
    question.get_by_role("button", name="删除", exact=True).click()
    expect(library.get_by_text("已删除《")).to_be_visible()
    expect(hits.filter(has_text="日落后半小时")).to_have_count(0)


def test_files_can_be_dropped_anywhere(library: Page, product: Product) -> None:
    dropped = library.evaluate_handle(
        "text => { const data = new DataTransfer();"
        " data.items.add(new File([text], '沄州市路名牌办法.md')); return data }",
        "第一条　路名牌应当双面书写。\n",
    )
    library.locator(".hits-pane").dispatch_event("drop", {"dataTransfer": dropped})
    newest = library.locator(".upload").first
    expect(newest).to_contain_text("沄州市路名牌办法.md")
    expect(newest).to_contain_text("收录 1")
    found = [row for row in product.get("/knowledge/documents")["items"] if "路名牌" in row["source"]]
    remove(product, [row["document_id"] for row in found])


def test_what_was_read_wrong_is_put_right_by_hand(
    library: Page, product: Product, versions: list[str]
) -> None:
    library.goto(f"{product.url}/#/knowledge?doc={versions[0]}")
    library.get_by_role("button", name="文件操作").click()
    library.get_by_role("menuitem", name=re.compile("更正")).click()
    dialog = library.get_by_role("dialog")
    dialog.get_by_label("文号").fill("沄民规〔2019〕3号")
    dialog.get_by_label("施行日期").fill("2019-13-01")
    expect(dialog.get_by_role("alert")).to_contain_text("施行日期")
    expect(dialog.get_by_role("button", name="保存更正")).to_be_disabled()
    dialog.get_by_label("施行日期").fill("2019-03-01")
    dialog.get_by_role("button", name="保存更正").click()
    expect(library.locator(".doc-head .doc-about").first).to_contain_text("沄民规〔2019〕3号")
    assert product.get(f"/knowledge/documents/{versions[0]}")["doc_number"] == "沄民规〔2019〕3号"


def test_rolling_back_asks_for_the_name(library: Page) -> None:
    library.get_by_role("button", name=re.compile("^索引状态")).click()
    library.get_by_role("button", name="退回到这一代…").first.click()
    question = library.locator(".ant-modal-confirm")
    confirm = question.get_by_role("button", name="确认")
    expect(confirm).to_be_disabled()
    name = re.search(r"输入“(第\d+代)”", question.inner_text())
    assert name
    question.get_by_label("输入名称以确认").fill(name[1])
    confirm.click()
    expect(library.get_by_text(re.compile(r"已退回到第 \d+ 代"))).to_be_visible()
    library.get_by_role("button", name="立即发布").click()  # and forward again, for whoever comes next
    expect(library.get_by_role("button", name="立即发布")).to_be_enabled()


def test_a_citation_of_a_ticket_leads_here_and_back(page: Page, product: Product) -> None:
    ticket = httpx.post(
        f"{product.url}/api/tickets",
        json={"text": "埠前区滨江路老码头路口的路灯坏了一个多星期，晚上看不见，请派人来修。"},
        headers=OPERATOR,
        timeout=60,
    ).json()["ticket"]["ticket_id"]
    page.goto(f"{product.url}/#/ticket/{ticket}")
    page.locator(".basis .link").first.click()
    page.get_by_role("link", name="在知识库中打开").click()
    expect(page.locator(".body.here")).to_be_in_viewport()
    page.get_by_role("link", name="工单台").click()
    page.wait_for_url(re.compile(f"#/ticket/{ticket}"))
    page.get_by_role("link", name="知识库", exact=True).click()
    expect(page.locator(".body.here")).to_be_visible()


def test_on_a_phone_everything_is_one_tab_away(library: Page, product: Product, versions: list[str]) -> None:
    library.set_viewport_size({"width": 390, "height": 844})
    library.goto(f"{product.url}/#/knowledge?q={quote('共享轮椅归还')}")
    hits = library.locator("a.hit")
    expect(hits.first).to_be_visible()
    expect(library.locator(".pane:visible")).to_have_count(1)
    hits.first.click()
    expect(library.locator(".body.here")).to_be_in_viewport()
    library.go_back()
    expect(hits.first).to_be_visible()
    library.locator(".tabs").get_by_text("筛选·目录").click()
    library.locator(".facets").get_by_text("规章", exact=True).click()
    expect(library.locator(".tabs")).to_contain_text("筛选·目录 ●")
    library.goto(f"{product.url}/#/knowledge?doc={versions[1]}&against={versions[0]}")
    expect(library.locator(".change").first).to_be_visible()
    assert library.evaluate("document.documentElement.scrollWidth") <= 390
    library.get_by_role("button", name="返回原文").click()
    library.get_by_role("button", name=re.compile("上传文件")).click()
    expect(library.get_by_text("把文件或文件夹拖到这里")).to_be_visible()
    assert library.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_link_to_what_is_gone_says_so(library: Page, product: Product) -> None:
    library.goto(f"{product.url}/#/knowledge?doc=D-nothing")
    expect(library.locator(".reader [role=alert]")).to_contain_text("已不在知识库中")
    library.goto(f"{product.url}/#/knowledge?q={quote('，。！')}")
    expect(library.locator(".hits-pane")).to_contain_text("没有找到条款")


def test_real_versions_of_a_real_law(library: Page, product: Product) -> None:
    files = sorted((LAWS / "行政法规").glob("专利法实施细则(*).md"))
    if len(files) < 2:
        pytest.skip(f"没有 {LAWS}：用真实法规的版本对照未测试")
    added = upload(product, [(file.name, file.read_bytes()) for file in files])
    try:
        library.goto(f"{product.url}/#/knowledge?doc={added[-1]}")
        expect(library.locator(".version")).to_have_count(len(files))
        library.locator(".versions").get_by_role("button", name=re.compile("^对照")).last.click()
        expect(library.locator(".change").first).to_be_visible()
        assert library.locator(".change ins").count() > 100
        assert library.locator(".change.kind-added").count() >= 10
    finally:
        remove(product, added)
