"""风险点、影响与人口、民意侧信号: who and what is under what."""

from collections import defaultdict
from collections.abc import Iterator

from agents.briefing import pictures, tallies
from agents.briefing.decision import Column, Line, Part, Table, Text, Tone
from agents.briefing.draft import Draft
from agents.briefing.pictures import SEVERITY_TONES
from agents.judgment.decision import ExposedPoint, TicketCluster
from agents.judgment.exposure import SEVERITIES
from agents.judgment.naming import number

CLUSTERS = 15
"""Places that the table names; the count tells of all."""
RISK_COLUMNS = (
    Column(title="风险点", width=2.2),
    Column(title="类别", width=1.1),
    Column(title="状态", width=1.1),
    Column(title="情形", width=3.2),
    Column(title="人数", width=0.8),
    Column(title="避护场所（余量）", width=2.2),
    Column(title="最近队伍（到达）", width=2.2),
)
SHORT = (
    Column(title="风险点", width=2.2),
    Column(title="情形", width=5),
    Column(title="人数", width=0.7),
    Column(title="最近队伍（到达）", width=2.2),
)
NONE = "目前没有风险点受影响"
THREATS = ("observations", "alerts")
"""Sources that tell of a threatened point."""


def risks(draft: Draft) -> Part:
    table = _table(draft, draft.judgment.risk_points)
    return Part(key="risks", title="风险点", blocks=(table, *pictures.situation_map(draft)))


def worst(draft: Draft, count: int = 3) -> Part:
    """Only the most urgent ones."""
    points = draft.judgment.risk_points
    text = f"共{len(points)}处风险点受影响或须关注，下表为最紧急的。"
    rows = tuple(_short(draft, one) for one in points[:count])
    table = Table(caption="最紧急的风险点", columns=SHORT, rows=rows, empty=draft.nothing(NONE, *THREATS))
    more = (Text(sentences=(draft.say(text, tallies.EXPOSED),)),) if len(points) > count else ()
    return Part(key="risks", title="最紧急的风险点", blocks=(*more, table))


def _table(draft: Draft, points: tuple[ExposedPoint, ...]) -> Table:
    rows = tuple(_row(draft, one) for one in points)
    return Table(
        caption="受影响的风险点（最紧急的在前）",
        columns=RISK_COLUMNS,
        rows=rows,
        empty=draft.nothing(NONE, *THREATS),
    )


def _short(draft: Draft, one: ExposedPoint) -> tuple[Line, ...]:
    name, _, _, under, people, _, team = _row(draft, one)
    return name, under, people, team


def _row(draft: Draft, one: ExposedPoint) -> tuple[Line, ...]:
    proof = (f"R:{one.risk_id}", *one.evidence)
    shelter = one.shelter_name and f"{one.shelter_name}（{_room(one)}）"
    team = one.team_name and f"{one.team_name}（{_minutes(one.reach_minutes)}）"
    tone: Tone = SEVERITY_TONES[one.severity]
    return (
        draft.say(f"{one.name}（{draft.district(one.district_code)}{one.street}）", *proof),
        Line(text=one.kind),
        draft.say(SEVERITIES[one.severity], *proof, tone=tone),
        draft.say(one.under, *proof),
        draft.say("—" if one.people is None else str(one.people), *proof),
        draft.say(shelter or "—", *proof),
        draft.say(team or "—", *proof),
    )


def _room(one: ExposedPoint) -> str:
    return "余量不详" if one.shelter_room is None else f"余{one.shelter_room}人"


def _minutes(minutes: float | None) -> str:
    return "时间不详" if minutes is None else f"约{number(minutes, 0)}分钟"


def people(draft: Draft) -> Part:
    """Narrative of the impact, then the people by district and urgency."""
    by_district: defaultdict[str, list[ExposedPoint]] = defaultdict(list)
    for one in draft.judgment.risk_points:
        by_district[one.district_code].append(one)
    rows = tuple(_district(draft, code, points) for code, points in by_district.items())
    columns = (Column(title="区县"), *(Column(title=f"{name}（处/人）") for name in SEVERITIES.values()))
    table = Table(
        caption="各区县受影响风险点和人数",
        columns=columns,
        rows=rows,
        empty=draft.nothing("目前没有人员暴露于风险点", *THREATS),
    )
    return Part(key="people", title="影响与人口", blocks=(*draft.narrative("impact", templates=1), table))


def _district(draft: Draft, code: str, points: list[ExposedPoint]) -> tuple[Line, ...]:
    cells = [Line(text=draft.district(code))]
    for severity in SEVERITIES:
        those = [one for one in points if one.severity == severity]
        text = f"{len(those)}/{sum(one.people or 0 for one in those)}" if those else "—"
        cells.append(draft.say(text, tallies.district(code)))
    return tuple(cells)


def citizens(draft: Draft) -> Part:
    """Where citizens report water; what no gauge shows is marked."""
    columns = (
        Column(title="地点", width=2),
        Column(title="内容", width=1.4),
        Column(title="件数", width=0.8),
        Column(title="时间", width=1.6),
        Column(title="最近测站", width=3),
        Column(title="研判", width=1.4),
    )
    shown = sorted(draft.judgment.clusters, key=lambda one: (not one.unseen, -one.count))[:CLUSTERS]
    rows = tuple(tuple(_cluster(draft, one)) for one in shown)
    table = Table(
        caption="110、12345涉水诉求聚集点",
        columns=columns,
        rows=rows,
        empty=draft.nothing("近期没有聚集的涉水诉求", "citizens"),
    )
    text = f"共{len(draft.judgment.clusters)}处聚集；监测未见的和件数多的列在前面，其余从略。"
    lead = (Text(sentences=(draft.say(text, tallies.CLUSTERS),)),) if draft.judgment.clusters else ()
    return Part(key="citizens", title="民意侧信号", blocks=(*lead, table))


def _cluster(draft: Draft, one: TicketCluster) -> Iterator[Line]:
    proof = (f"T:{one.cluster_id}", *one.evidence)
    first, last = draft.when(one.first_at), draft.when(one.last_at)
    for text in (one.place, one.kind, str(one.count), first if first == last else f"{first}至{last}"):
        yield draft.say(text, *proof)
    yield draft.say(one.station_says, *proof)
    if one.unseen:
        yield draft.say("监测未见", *proof, tone="human")
    else:
        yield draft.say("与监测相符", *proof)
