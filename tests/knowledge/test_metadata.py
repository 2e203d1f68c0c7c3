"""What is read from a document's own words, and what people may put right."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.clause import Metadata
from knowledge.errors import DocumentUnreadable
from knowledge.metadata import FieldWrong, check_order, corrected, parse_field, read_metadata

HEAD_END = "\n<!-- INFO END -->\n\n"


def read(text: str, name: str = "文件.md") -> Metadata:
    return read_metadata(text, Path(name))[0]


def law(*history: str, title: str = "中华人民共和国甲法", body: str = "第一条 为了甲，制定本法。\n") -> str:
    return "\n\n".join((f"# {title}", *history)) + HEAD_END + body


def test_a_first_version() -> None:
    told = read(
        law(
            "2016年3月16日 第十二届全国人民代表大会第四次会议通过", body="第九条 本法自2016年9月1日起施行。\n"
        ),
        "甲法(2016-03-16).md",
    )
    assert (told.issued, told.effective) == (date(2016, 3, 16), date(2016, 9, 1))
    assert (told.revised, told.since) == (None, None)
    assert (told.issuer, told.level, told.region) == ("全国人民代表大会", "法律", "全国")


def test_an_amended_version_keeps_the_first_ones_start_apart() -> None:
    told = read(
        law(
            "2016年3月16日 第十二届全国人民代表大会第四次会议通过",
            "2023年12月29日 第十四届全国人民代表大会常务委员会第七次会议《关于修改〈中华人民共和国甲法〉的决定》修正）",
            body="第九条 本法自2016年9月1日起施行。《乙法》同时废止。\n",
        ),
        "甲法(2023-12-29).md",
    )
    assert (told.issued, told.effective) == (date(2023, 12, 29), date(2023, 12, 29))
    assert (told.revised, told.since) == (date(2023, 12, 29), date(2016, 9, 1))
    assert told.supersedes == ("乙法",), "with no day of its own: it ended when the first version took effect"


def test_a_new_text_takes_effect_on_its_own_day() -> None:
    told = read(
        law(
            "1988年9月5日 第七届全国人民代表大会常务委员会第三次会议通过",
            "2024年2月27日 第十四届全国人民代表大会常务委员会第八次会议第二次修订）",
            body="第六十五条 本法自2024年5月1日起施行。\n",
        ),
        "甲法(2024-02-27).md",
    )
    assert (told.effective, told.revised, told.since) == (date(2024, 5, 1), date(2024, 2, 27), None)


def test_several_steps_on_one_line_and_dates_of_other_documents() -> None:
    told = read(
        law(
            "2001年2月10日 沄州市第十一届人民代表大会第四次会议通过",
            "2003年4月18日 沄州市人大常委会通过的《甲条例修正案》修正  "
            "2017年1月20日沄州市第十四届人民代表大会第五次会议修订",
            "根据《1999年1月1日发布的旧条例》整理",
            title="沄州市甲条例",
        )
    )
    assert told.issued == told.revised == date(2017, 1, 20)
    assert (told.issuer, told.level, told.region) == ("沄州市人民代表大会", "地方性法规", "沄州市")


def test_a_ministrys_rule_that_the_state_council_approved() -> None:
    told = read(law("1994年1月5日 国务院批准", "1994年1月25日 公安部令第16号发布", title="废旧金属收购办法"))
    assert (told.issuer, told.level, told.doc_number) == ("公安部", "行政法规", "公安部令第16号")
    assert (told.issued, told.revised) == (date(1994, 1, 25), None)


def test_days_in_full_width_digits_and_with_an_hour() -> None:
    for sentence in ("本规定自２０１３年１月１日起施行。", "本规则自2013年1月1日零时起施行。"):
        assert read(f"# 甲规定\n\n第一条 甲。\n\n第二条 {sentence}\n").effective == date(2013, 1, 1)


def test_orders_give_the_number_of_the_version() -> None:
    told = read(
        law(
            "1999年10月7日 中华人民共和国国务院令第273号发布",
            "2023年4月27日 中华人民共和国国务院令第760号修订）",
            title="商用密码管理条例",
        )
    )
    assert (told.doc_number, told.issuer, told.level) == ("国务院令第760号", "国务院", "行政法规")


def test_a_notice_carries_a_plan() -> None:
    told = read(
        "# 沄州市人民政府办公室文件\n\n沄政办发〔2023〕26 号\n\n"
        "# 沄州市人民政府办公室关于印发《沄州市防汛抗旱应急预案》的通知\n\n"
        "各县区人民政府：\n\n根据国办发〔2020〕53号印发。\n\n"
        "# 沄州市防汛抗旱应急预案\n\n1 总则\n\n本预案自印发之日起实施。\n\n"
        "沄州市人民政府办公室 2023 年 12 月 13 日印发\n"
    )
    assert (told.title, told.doc_number) == ("沄州市防汛抗旱应急预案", "沄政办发〔2023〕26号")
    assert (told.issuer, told.level, told.region) == ("沄州市人民政府办公室", "预案", "沄州市")
    assert told.issued == told.effective == date(2023, 12, 13)
    assert told.hazards == ("洪水", "干旱")


def test_a_law_as_it_is_downloaded_without_marks() -> None:
    """Title, history in brackets over several lines, contents, body."""
    told = read(
        "中华人民共和国甲法\n（2007年8月30日第十届全国人民代表大会常务委员会第二十九次\n"
        "会议通过　根据2019年3月2日第十三届全国人民代表大会常务\n"
        "委员会第十次会议《关于修改〈中华人民共和国甲法〉的决定》修正）\n"
        "目　录\n第一章　总则\n第一章　总则\n第一条　为了甲。\n"
        "第二条　本法自2007年11月1日起施行。1990年1月1日发布的《甲条例》同时废止。\n",
        "下载.txt",
    )
    assert (told.title, told.level, told.issuer) == (
        "中华人民共和国甲法",
        "法律",
        "全国人民代表大会常务委员会",
    )
    assert told.issued == told.effective == told.revised == date(2019, 3, 2)
    assert (told.since, told.supersedes) == (date(2007, 11, 1), ("甲条例",))


def test_the_number_in_the_preface_of_an_interpretation() -> None:
    preface = (
        "（2021年11月24日最高人民法院审判委员会通过，自2022年1月1日起施行 法释〔2021〕24号）\n\n"
        "根据法发〔2000〕1号，规定如下：\n"
    )
    told = read(law("2022年1月1日 施行", title="最高人民法院关于甲的规定", body=preface))
    assert told.doc_number == "法释〔2021〕24号"


def test_an_order_carries_a_rule() -> None:
    told = read(
        "沄州市人民政府令\n第 12 号\n《沄州市户外广告管理办法》已经2023年11月3日市政府第20次常务会议通过，现予公布，"
        "自2024年1月1日起施行。\n市长　某某\n2023年11月10日\n沄州市户外广告管理办法\n第一条　为了甲。\n",
        "下载.txt",
    )
    assert (told.title, told.doc_number) == ("沄州市户外广告管理办法", "沄州市人民政府令第12号")
    assert (told.issuer, told.level, told.region) == ("沄州市人民政府", "规章", "沄州市")
    assert (told.issued, told.effective) == (date(2023, 11, 10), date(2024, 1, 1))


def test_two_issuers_parted_by_a_space() -> None:
    told = read("# 中共沄州市委 沄州市人民政府关于加强基层治理的意见\n\n沄发〔2024〕2号\n\n为了甲。\n")
    assert told.title == "中共沄州市委、沄州市人民政府关于加强基层治理的意见"
    assert (told.issuer, told.level, told.region) == ("中共沄州市委、沄州市人民政府", "规范性文件", "沄州市")
    assert read("").title == "文件", "an empty text is named by its file"


def test_a_plain_text_with_a_broken_title_and_a_signature_in_chinese_numerals() -> None:
    told = read(
        "沄州市人民政府办公室\n关于进一步做好极端天气\n应对工作的意见\n\n沄政办发〔2024〕3号\n\n各县区：\n为做好工作，提出意见。\n\n"
        "沄州市人民政府办公室\n二〇二四年五月三十一日\n",
        "下载.txt",
    )
    assert told.title == "沄州市人民政府办公室关于进一步做好极端天气应对工作的意见"
    assert (told.issuer, told.level, told.issued) == ("沄州市人民政府办公室", "规范性文件", date(2024, 5, 31))


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("中华人民共和国宪法修正案（2018年）", "宪法"),
        ("最高人民法院、最高人民检察院关于办理甲案件适用法律若干问题的解释", "司法解释"),
        ("关于审理甲纠纷案件适用法律问题的解释", "司法解释"),
        ("国务院关于甲的规定", "行政法规"),
        ("国务院办公厅关于甲的意见", "规范性文件"),
        ("沄州市养犬管理条例", "地方性法规"),
        ("国家森林火灾应急预案", "预案"),
        ("中华人民共和国甲法", "法律"),
        ("人体损伤程度鉴定标准", "标准"),
        ("企业带薪年休假办法", ""),
    ],
)
def test_level_by_title(title: str, level: str) -> None:
    assert read(f"# {title}\n\n第一条 为了甲，制定。\n").level == level


@pytest.mark.parametrize(
    ("sentence", "ended"),
    [
        ("《婚姻法》、《继承法》、《民法通则》同时废止。", ("婚姻法", "继承法", "民法通则")),
        ("1990年国务院批准、1995年国家局发布的《旧办法》同时废止。", ("旧办法",)),
        ("《关于甲的解释》（法释〔2013〕15号）同时废止；之前发布的与本解释不一致的，以本解释为准。", ("关于甲的解释",)),
        ("根据2016年会议《关于修改部分法规的决定》修正的《市甲规定》同时废止。", ("市甲规定",)),
        ("《市实施〈中华人民共和国水法〉办法》予以废止。", ("市实施《中华人民共和国水法》办法",)),
        ("«旧预案» (沄办函 〔2020〕 320 号) 同时废止ꎮ", ("旧预案",)),
        ("沄政令〔2016〕8号同时废止。", ("沄政令〔2016〕8号",)),
        ("《反倾销和反补贴条例》中关于反倾销的规定同时废止。", ()),
        ("《甲条例》、《乙条例》中有关总会计师的规定同时废止。", ()),
        ("规章与《立法法》相抵触的，应当及时修改或者废止。", ()),
        ("《国务院关于修改和废止部分行政法规的决定》第一次修订", ()),
        ("本办法自2024年1月1日起施行，《旧办法》自2024年1月1日起废止。", ("旧办法",)),
        ("本办法自2024年1月1日起施行，《旧办法》自2025年7月1日起废止。", ("旧办法（自2025-07-01起）",)),
        (
            "下列决定，自本法施行之日起，予以废止：\n1. 惩治甲罪条例\n2. 《关于乙的决定》\n\n其他",
            ("惩治甲罪条例", "关于乙的决定"),
        ),
    ],
)  # fmt: skip
def test_what_a_text_ends(sentence: str, ended: tuple[str, ...]) -> None:
    told = read(
        f"# 新办法\n\n第一条 为了甲，制定本办法。\n\n第二条 本办法自2024年1月1日起施行。\n\n{sentence}\n"
    )
    if "乙条例》中" in sentence:
        assert "乙条例" not in told.supersedes
    else:
        assert told.supersedes == ended


def test_a_decision_to_repeal_ends_what_it_lists() -> None:
    told = read(
        law(
            "2021年9月24日 沄州市第十五届人民代表大会常务委员会第三十三次会议通过",
            title="沄州市人民代表大会常务委员会关于废止部分地方性法规的决定",
            body="一、废止《甲条例》（1992年9月19日通过）\n\n二、废止《乙条例》（1994年7月22日通过）\n\n本决定自公布之日起施行。\n",
        )
    )
    assert told.supersedes == ("甲条例", "乙条例")


def test_a_long_line_of_repeals_takes_no_time() -> None:
    text = "# 办法\n\n" + "自起" * 200_000 + "废止" + "《" * 1000 + "废止，" * 5000
    assert read(text).supersedes == ()


def test_front_matter_overrules_and_levels_have_nine_names() -> None:
    told = read(
        "---\ntitle: 甲\nlevel: 应急预案\nhazards: [暴雨, 台风]\nissued: 2025-01-02\n---\n# 乙\n\n正文。\n"
    )
    assert (told.title, told.level, told.hazards) == ("甲", "预案", ("暴雨", "台风"))
    with pytest.raises(DocumentUnreadable, match="效力层级"):
        read("---\nlevel: 最高级\n---\n正文\n")
    with pytest.raises(DocumentUnreadable, match="2025-05-01"):
        read("---\nissued: 去年\n---\n正文\n")


def test_corrections() -> None:
    told = Metadata("甲", effective=date(2020, 1, 1))
    better = corrected(told, {"effective": "2021-03-01", "level": "部门规章", "supersedes": ["乙", "丙"]})
    assert (better.effective, better.level, better.supersedes) == (date(2021, 3, 1), "规章", ("乙", "丙"))
    assert parse_field("hazards", "暴雨") == ("暴雨",)
    for name, value, said in (
        ("colour", "red", "没有 colour 这个字段"),
        ("effective", "2021年", "2025-05-01"),
        ("title", " ", "不能为空"),
        ("issuer", ["甲"], "一行文字"),
        ("issuer", "甲" * 600, "缩短"),
        ("level", "国际法", "可用：宪法"),
    ):
        with pytest.raises(FieldWrong, match=said):
            parse_field(name, value)
    with pytest.raises(FieldWrong, match="早于"):
        check_order(corrected(told, {"repealed": "2019-01-01"}))
