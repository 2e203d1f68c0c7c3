"""Each check is shown a briefing that it must refuse."""

import pytest

from agents.briefing.checks import check
from agents.briefing.decision import Line
from agents.briefing.figures import numbers, untraced
from agents.briefing.places import all_lines, put
from agents.judgment.decision import Evidence


def place_of(briefing, text):
    return next(path for path, line in all_lines(briefing) if text in line.text)


def replaced(briefing, text, new):
    """The same line with other words on the same evidence."""
    path = place_of(briefing, text)
    line = next(line for known, line in all_lines(briefing) if known == path)
    return put(briefing, path, line.model_copy(update={"text": new}))[0]


def codes(briefing, judgment):
    return {one.code for one in check(briefing, judgment)}


def test_a_number_without_evidence(composed, judgment):
    assert codes(replaced(composed("report"), "10.9毫米", "19.9毫米"), judgment) == {"number"}


def test_a_clause_of_another_condition(composed, judgment):
    briefing = replaced(composed("report"), "Ⅲ级 5.5.1(2)", "Ⅲ级 5.5.1(3)")
    assert "clause" in codes(briefing, judgment)


def test_a_state_that_the_engine_did_not_find(composed, judgment):
    briefing = composed("report")
    path = next(
        path for path, line in all_lines(briefing) if path.startswith("triggers.") and line.text == "成立"
    )
    line = next(line for known, line in all_lines(briefing) if known == path)
    assert codes(put(briefing, path, line.model_copy(update={"text": "不成立"}))[0], judgment) == {"state"}


def test_a_missing_part(composed, judgment):
    report = composed("report")
    cut = report.model_copy(update={"parts": tuple(part for part in report.parts if part.key != "doubt")})
    assert [(one.code, one.path) for one in check(cut, judgment)] == [("missing", "doubt")]


def test_a_start_condition_left_out(composed, judgment):
    report = composed("report")
    parts = tuple(
        part.model_copy(update={"blocks": part.blocks[:1]}) if part.key == "triggers" else part
        for part in report.parts
    )
    found = check(report.model_copy(update={"parts": parts}), judgment)
    assert sum(one.code == "missing" for one in found) == 54


def test_a_level_in_the_title_that_nobody_advised(composed, judgment):
    briefing = composed("report").model_copy(update={"title": "关于建议启动防汛Ⅰ级响应的研判专报"})
    assert [(one.code, one.path) for one in check(briefing, judgment)] == [("level", "title")]


def test_evidence_that_the_judgment_does_not_hold_so(composed, judgment):
    report = composed("report")
    changed = next(one for one in report.evidence if one.id == "C:F3-02")
    evidence = tuple(
        one.model_copy(update={"text": "另有说法"}) if one is changed else one for one in report.evidence
    )
    assert "evidence" in codes(report.model_copy(update={"evidence": evidence}), judgment)


@pytest.mark.parametrize(
    "leak",
    [
        "建议启动防汛Ⅲ级响应",
        "请拨打0600-5560001",
        "RG02雨量超过阈值",
        "市民反映积水严重",
        "叫应尚未完成",
        "个别站缺测",
    ],
)
def test_press_says_nothing_from_inside(composed, judgment, leak):
    press, path = composed("press"), "public.0.4"
    assert "forbidden" in codes(put(press, path, Line(text=leak, source="human"))[0], judgment)


def test_numbers_are_read_as_written():
    assert list(numbers("近６小时雨量68.60毫米，16:30，依据5.4.1（2）")) == [
        "6",
        "68.6",
        "16:30",
        "5.4.1",
        "2",
    ]


def test_a_figure_is_traced_to_the_places_shown():
    held = Evidence(id="O:X", kind="observation", text="某站", figures=((30.1538, "%"),))
    assert untraced("面积30.2%", [held]) == ()
    assert untraced("面积30.3%", [held]) == ("30.3",)
