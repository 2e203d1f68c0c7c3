from datetime import datetime

import pytest

from agents.briefing.diff import diff
from agents.briefing.edits import Edit, NothingEdited, apply_edits
from agents.briefing.places import NoSuchPlace, all_lines
from agents.briefing.render.layout import lay_out

AT = datetime.fromisoformat("2026-05-18T17:40:00+08:00")


def edited(briefing, judgment, city, *edits):
    return apply_edits(briefing, edits, judgment, city, by="值班员甲", at=AT)


def text_at(briefing, path):
    return next(line for known, line in all_lines(briefing) if known == path)


def after(briefing):
    """The place after the last main point."""
    return f"points.0.{len(briefing.part('points').blocks[0].sentences)}"


def test_an_edit_makes_a_new_unsigned_version_and_is_kept(composed, judgment, city):
    old = composed("report")
    signed = old.model_copy(
        update={"signature": old.signature.model_copy(update={"signed_by": "演练签发人", "signed_at": AT})}
    )
    new = edited(
        signed, judgment, city, Edit(path=after(signed), text="请各成员单位抓紧核实。", reason="会商意见")
    )
    assert new.version == 2
    assert new.signature.signed_by is None
    assert new.ai_mark.text == old.ai_mark.text
    assert text_at(new, after(old)).source == "human"
    mark = new.edits[0]
    assert (mark.before, mark.after, mark.by, mark.version, mark.reason) == (
        "",
        "请各成员单位抓紧核实。",
        "值班员甲",
        2,
        "会商意见",
    )
    assert mark.warnings == ()


@pytest.mark.parametrize(
    ("place", "text", "code"),
    [
        ("126.4毫米", "鼓楼雨量站226.4毫米；江畔雨量站126.2毫米；南岸雨量站122.4毫米", "number"),
        ("建议升级为防汛Ⅲ级响应（", "建议升级为防汛Ⅰ级响应，由市防指总指挥决定并签发。", "level"),
        ("Ⅲ级 5.5.1(2)", "Ⅲ级 5.5.1(9)", "clause"),
    ],
)
def test_what_contradicts_the_evidence_is_warned_of_and_stays(composed, judgment, city, place, text, code):
    report = composed("report")
    path = next(
        path for path, line in all_lines(report) if place in line.text and not path.startswith("weather")
    )
    new = edited(report, judgment, city, Edit(path=path, text=text))
    assert text_at(new, path).text == text
    assert code in {one.code for one in new.warnings}
    assert new.edits[0].warnings == new.warnings


def test_a_state_turned_round_is_warned_of(composed, judgment, city):
    report = composed("report")
    path = next(
        path for path, line in all_lines(report) if path.startswith("triggers.") and line.text == "成立"
    )
    new = edited(report, judgment, city, Edit(path=path, text="不成立"))
    assert [one.code for one in new.warnings] == ["state"]
    back = edited(new, judgment, city, Edit(path=path, text="成立"))
    assert back.warnings == ()
    assert len(back.edits) == 2


def test_a_figure_of_another_evidence_of_the_briefing_is_no_contradiction(composed, judgment, city):
    text = "各站中市府雨量站近1小时雨量47.1毫米（17:30），为最大。"
    new = edited(composed("report"), judgment, city, Edit(path="points.0.0", text=text))
    assert "number" not in {one.code for one in new.warnings}


def test_an_edit_outside_the_briefing_changes_nothing(composed, judgment, city):
    for path in ("points.0.99", "nowhere.0.0", "triggers.0.0", "points", "points.0.-1", "points.x.0"):
        with pytest.raises(NoSuchPlace):
            edited(composed("flash"), judgment, city, Edit(path=path, text="字"))


def test_saying_the_same_is_no_version(composed, judgment, city):
    flash = composed("flash")
    with pytest.raises(NothingEdited):
        edited(flash, judgment, city, Edit(path="points.0.0", text=text_at(flash, "points.0.0").text))


def test_versions_differ_where_they_were_edited(composed, judgment, city):
    old = composed("report")
    new = edited(
        old,
        judgment,
        city,
        Edit(path="points.0.1", text=text_at(old, "points.0.1").text.replace("启动条件", "各级启动条件")),
        Edit(path="points.0.2", text=""),
        Edit(path=after(old), text="请抓紧核实。"),
    )
    found = {one.path: one for one in diff(old, new)}
    assert {path: one.kind for path, one in found.items()} == {
        "points.0.1": "changed",
        "points.0.2": "removed",
        after(old): "added",
    }
    first = found["points.0.1"].spans[0]
    assert (first.kind, first.text) == ("added", "各级")
    assert diff(new, new) == ()


def test_two_issues_are_compared_by_what_they_say(composed):
    """Other briefings have other paths; equal sentences are found all the same."""
    found = diff(composed("report"), composed("followup"))
    assert all(one.old != one.new for one in found)
    told = {line.text for _, line in all_lines(composed("followup"))}
    assert all(one.new in told for one in found if one.new and one.path != "title")


def test_the_paper_names_what_was_changed_by_its_place(composed, judgment, city):
    old = composed("report")
    cell = next(path for path, _ in all_lines(old) if path.count(".") == 3)
    changes = (Edit(path="title", text="关于启动防汛Ⅰ级响应的专报"), Edit(path=cell, text="226.4毫米"))
    new = edited(old, judgment, city, *changes, Edit(path="points.0.0", text="请各成员单位抓紧核实。"))
    sections = {one.key: one for one in lay_out(new).appendix}
    places = [row[0].text for row in sections["edits"].blocks[0].rows]
    assert places[0] == "标题（第2版）" and places[2].startswith("要点 第1句")
    assert "表格第1行第1列" in places[1]
    assert sections["warnings"].blocks[0].rows[0][0].text == "标题"
