import pytest

from agents.briefing.checks import check
from agents.briefing.compose import compose
from agents.briefing.decision import FORM_NAMES, Callout, Chart, Form, Map, Table, Timeline
from agents.briefing.forms import FORMS, PARTS
from agents.briefing.material import Material
from agents.briefing.places import all_lines, lines
from agents.briefing.render.markdown import render_markdown
from agents.judgment import past
from agents.judgment.decision import Degraded, PastEvent
from agents.judgment.gather import unknown_picture
from agents.judgment.naming import STATES
from tests.agents.briefing.conftest import judge

ALL: tuple[Form, ...] = tuple(FORM_NAMES)


@pytest.mark.parametrize("form", ALL)
def test_every_form_holds(composed, judgment, form):
    briefing = composed(form)
    assert check(briefing, judgment) == ()
    assert tuple(part.key for part in briefing.parts) == PARTS[form]
    assert len(FORMS[form]) == len(PARTS[form])


@pytest.mark.parametrize("form", ALL)
def test_composing_twice_gives_the_same(composed, judged, city, material, form):
    assert compose(judged[1], form, city, judged[0], material) == composed(form)


def test_a_past_event_rests_on_its_lesson(judgment, city, material):
    """Its title has numbers too."""
    lesson = "2021年7月台风残余环流带来暴雨，3处下穿通道没有及时封闭。"
    event = PastEvent(
        title="2021年7月台风残余环流", lesson=lesson, citation="《复盘》第二章", evidence=("H:1",)
    )
    told = (*judgment.evidence, *past.evidence((event,)))
    with_past = judgment.model_copy(update={"past": (event,), "evidence": told})
    report = compose(with_past, "report", city, None, material)
    assert any(line.text == event.title for _, line in all_lines(report))
    assert check(report, with_past) == ()


def test_the_report_has_fourteen_parts_and_every_start_condition(composed, judgment):
    report = composed("report")
    assert len(report.parts) == 14
    states = {one.id: one for hazard in judgment.picture.hazards for one in hazard.conditions}
    rows = {
        row[0].evidence[0].removeprefix("C:"): row
        for block in report.part("triggers").blocks
        if isinstance(block, Table)
        for row in block.rows
    }
    assert states.keys() <= rows.keys()
    for key, state in states.items():
        clause, threshold, _, verdict, *_ = rows[key]
        assert clause.text.endswith(state.clause)
        assert threshold.text == state.text
        assert verdict.text.removesuffix("（待研判）") == STATES[state.state]


def test_the_report_draws_rain_levels_time_and_place(composed):
    blocks = [block for part in composed("report").parts for block in part.blocks]
    charts = {block.chart for block in blocks if isinstance(block, Chart)}
    assert charts == {"rain", "levels"}
    timeline = next(block for block in blocks if isinstance(block, Timeline))
    assert {"签发", "暴雨红色", "Ⅲ级 5.5.1(2)"} <= {span.lane for span in timeline.spans}
    drawn = next(block for block in blocks if isinstance(block, Map))
    assert {"station", "risk", "cluster"} <= {mark.shape for mark in drawn.marks}
    assert all(area.ring[0] == area.ring[-1] for area in drawn.areas)


def test_rain_of_the_hour_is_drawn_where_the_hour_ends(composed, judgment):
    chart = next(block for block in composed("report").part("rain").blocks if isinstance(block, Chart))
    bars, summed = chart.panels[0].series
    assert bars.points[-1][0] == judgment.at
    assert len(bars.points) == 24
    total = sum(value or 0 for _, value in bars.points)
    assert summed.points[-1][1] == pytest.approx(total)


def test_nothing_later_than_the_judgment_is_told(composed, judgment):
    """The material holds the whole storm; a briefing of 17:30 knows none of what came after."""
    for evidence in composed("report").evidence:
        assert evidence.at is None or evidence.at <= judgment.at or evidence.kind in ("call", "outlook")


def test_without_material_the_tables_say_so(judgment, city):
    report = compose(judgment, "report", city)
    rain = report.part("rain").blocks
    assert [block.kind for block in rain] == ["table"]
    assert isinstance(rain[0], Table)
    assert rain[0].rows == ()
    assert rain[0].empty == "没有可用的雨量数据"
    assert check(report, judgment) == ()


def test_the_signer_is_the_post_that_the_plan_names(composed, judgment):
    advice = next(one for one in judgment.recommendations if one.action == "upgrade")
    for form in ALL:
        signature = composed(form).signature
        assert signature.post == advice.signer
        assert signature.signed_by is None
    assert advice.signer == "市防指常务副总指挥（常务副市长）"


def test_press_quotes_signals_and_only_what_is_signed(composed, judgment):
    told = "".join(
        line.text for part in composed("press").parts for _, line in lines(part) if part.key != "sign"
    )
    assert "沄州市气象台16:36发布暴雨红色预警信号" in told
    assert "防汛Ⅳ级应急响应已经签发" in told
    assert judgment.level == 3
    assert "Ⅲ级" not in told


def test_the_followup_begins_with_what_changed(composed, judgment):
    followup = composed("followup")
    assert followup.parts[0].key == "changes"
    told = [line.text for _, line in lines(followup.parts[0])]
    assert "上期为第1期" in told[0]
    assert {change.text for change in judgment.changes} <= set(told)


def test_a_first_followup_in_calm_says_something_in_every_part(city, storm):
    (calm,) = judge(city, storm, (storm.start,))
    briefing = compose(calm, "followup", city, None, Material(storm.facts))
    assert check(briefing, calm) == ()
    for part in briefing.parts:
        assert any(not isinstance(block, Callout) for block in part.blocks) or part.key == "points", part.key
    told = render_markdown(briefing)
    assert "没有上期可比" in told and "与上期相同" not in told and "均无变化" not in told


def test_every_evidence_that_is_cited_is_in_the_index(composed):
    for form in ALL:
        briefing = composed(form)
        held = {one.id for one in briefing.evidence}
        cited = {one for _, line in all_lines(briefing) for one in line.evidence}
        assert cited == held


def test_an_engine_that_gave_no_answer_is_no_all_clear(judgment, city):
    """Every condition unknown: nothing is advised, and the paper says why that is no reason to rest."""
    lost = unknown_picture(city, judgment.at, {"picture": "2秒内没有回应"})
    blind = judgment.model_copy(
        update={
            "picture": lost,
            "level": None,
            "level_possible": 1,
            "recommendations": (),
            "narrative": (),
            "evidence": tuple(one for one in judgment.evidence if one.kind not in ("condition", "level")),
            "signed": {},
            "degraded": (Degraded(step="gather", why="picture：2秒内没有回应"),),
        }
    )
    for form in ("flash", "report", "card"):
        briefing = compose(blind, form, city)
        told = [line.text for _, line in all_lines(briefing)]
        assert "没有确认成立的启动条件，但有42条无法判断，不能据此认为不需要启动，须先核实。" in told
        assert not any("没有须启动" in text for text in told)
        assert check(briefing, blind) == ()
    degraded = [line.text for _, line in lines(compose(blind, "report", city).part("doubt"))]
    assert "“汇集数据”环节降级：规则引擎：2秒内没有回应。" in degraded


def test_all_clear_is_said_only_where_all_is_known(judgment, city):
    hazards = tuple(
        hazard.model_copy(
            update={
                "level": None,
                "conditions": tuple(
                    one.model_copy(update={"state": "not_met", "review": False}) for one in hazard.conditions
                ),
            }
        )
        for hazard in judgment.picture.hazards
    )
    picture = judgment.picture.model_copy(update={"hazards": hazards})
    calm = judgment.model_copy(update={"picture": picture, "recommendations": (), "level": None})
    told = [line.text for _, line in lines(compose(calm, "flash", city).part("points"))]
    assert told[0] == "按现有数据没有须启动、调整或终止的响应。"


@pytest.mark.parametrize("form", ALL)
def test_a_source_that_gave_nothing_is_not_read_as_nothing_there(judgment, city, form):
    """The warnings, the calls and the book of signatures could not be read: no table says that there are none."""
    silent = dict.fromkeys(("alerts", "citizens", "observations", "standing"), "2秒内没有回应")
    deaf = judgment.model_copy(
        update={
            "unheard": silent,
            "alerts": (),
            "clusters": (),
            "risk_points": (),
            "calls": (),
            "signed": {},
            "narrative": (),
        }
    )
    briefing = compose(deaf, form, city)
    told = [line.text for _, line in all_lines(briefing)]
    told += [block.empty for part in briefing.parts for block in part.blocks if isinstance(block, Table)]
    assert any("情况不明，不能当作没有" in text for text in told)
    calm = ("目前没有在行", "没有已签发", "近期没有聚集", "没有风险点受影响", "没有人员暴露", "没有须叫应")
    assert not [text for text in told if any(word in text for word in calm)]


def test_what_people_found_is_told_and_traced(judgment, city):
    """A condition that a finding made true: the finding's words stand in the table and in its evidence."""
    found = "RS05：渗流量增大，认定危及坝体（专家组，17:20）"
    hazards = tuple(
        hazard.model_copy(
            update={
                "conditions": tuple(
                    one.model_copy(update={"state": "met", "why": found}) if one.id == "F3-10" else one
                    for one in hazard.conditions
                )
            }
        )
        for hazard in judgment.picture.hazards
    )
    changed = judgment.model_copy(
        update={
            "picture": judgment.picture.model_copy(update={"hazards": hazards}),
            "evidence": tuple(one for one in judgment.evidence if one.id != "C:F3-10"),
        }
    )
    report = compose(changed, "report", city)
    assert check(report, changed) == ()
    assert found in [line.text for _, line in lines(report.part("triggers"))]


def test_an_end_says_what_people_must_confirm_first(judgment, city):
    """The plan asks for it in writing (5.10.1); a number never confirms it."""
    ending = next(one for one in judgment.recommendations if one.hazard == "flood").model_copy(
        update={"action": "end", "level": None, "reasons": ("C:EF4-5", "C:EF4-6"), "measures": ()}
    )
    flood = judgment.picture.hazards[0]
    ends = tuple(
        flood.conditions[0].model_copy(update={"id": key, "clause": clause, "state": state})
        for key, clause, state in (("EF4-5", "5.10.2(5)", "met"), ("EF4-6", "5.10.2(6)", "human"))
    )
    hazards = (flood.model_copy(update={"end_conditions": ends}), *judgment.picture.hazards[1:])
    picture = judgment.picture.model_copy(update={"hazards": hazards})
    changed = judgment.model_copy(update={"picture": picture, "recommendations": (ending,)})
    flash = compose(changed, "flash", city)
    said = next(line.text for _, line in lines(flash.part("points")))
    assert "5.10.2(5)成立，5.10.2(6)须先由人书面确认" in said


def test_what_two_responses_ask_for_is_said_once(judgment, city):
    flood = judgment.recommendations[0]
    typhoon = flood.model_copy(update={"hazard": "typhoon"})
    both = judgment.model_copy(update={"recommendations": (flood, typhoon)})
    tables = [
        block for block in compose(both, "report", city).part("measures").blocks if isinstance(block, Table)
    ]
    assert sum("行动" in table.caption for table in tables) == 1
    assert sum(table.caption.startswith("停") for table in tables) <= 1
