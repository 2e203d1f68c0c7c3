"""Do the kinds of risk points, teams and gear of weather/risk_kinds.toml stand in the tables, and all kinds in it?"""

from collections.abc import Iterator

from knowledge.city.pack import Pack
from knowledge.city.risk_kinds import ANY, RISK_KINDS_FILE, RiskKinds
from knowledge.city.source import Source


def check_risk_kinds(pack: Pack, clauses: frozenset[str], source: Source) -> None:
    """clauses: of the plan's text."""
    found = pack.risk_kinds
    if found is None:
        return
    if found.move_clause not in clauses:
        what = f"条文 {found.move_clause} 不在预案正文里"
        source.add(RISK_KINDS_FILE, "move_clause", what, "改为预案里写转移避险的条文号")
    known = {
        name: pack.tables[f"weather/{name}.csv"].ids("kind") for name in ("teams", "equipment", "risk_points")
    }
    for path, kind, table in _kind_paths(found):
        if kind != ANY and kind not in known[table]:
            what = f"{kind} 不在 {table}.csv 的 kind 里"
            source.add(RISK_KINDS_FILE, path, what, "改为已有的类别，或在那张表里补上")
    _check_complete(pack, found, source)


def _kind_paths(found: RiskKinds) -> Iterator[tuple[str, str, str]]:
    """(key path, kind named there, table that must have it)."""
    for index, one in enumerate(found.kinds):
        yield f"kinds[{index}].kind", one.kind, "risk_points"
        for n, need in enumerate(one.needs):
            base = f"kinds[{index}].needs[{n}]"
            yield from ((f"{base}.teams[{m}]", kind, "teams") for m, kind in enumerate(need.teams))
            yield from ((f"{base}.gear[{m}]", kind, "equipment") for m, kind in enumerate(need.gear))


def _check_complete(pack: Pack, found: RiskKinds, source: Source) -> None:
    """Each kind once, each need with something to send."""
    seen: set[str] = set()
    for index, one in enumerate(found.kinds):
        if one.kind in seen:
            source.add(RISK_KINDS_FILE, f"kinds[{index}].kind", f"{one.kind} 已写过", "并成一项")
        seen.add(one.kind)
        for n, need in enumerate(one.needs):
            if not need.teams and not need.gear:
                path = f"kinds[{index}].needs[{n}]"
                source.add(RISK_KINDS_FILE, path, "teams 与 gear 都空着", "写明派谁或派什么，或删去这一项")
    for cell in pack.risk_points.cells("kind"):
        if cell.value not in seen:
            seen.add(cell.value)
            what = f"{cell.value} 在 {RISK_KINDS_FILE} 里没有一项"
            source.add(
                pack.risk_points.file,
                f"第 {cell.line} 行，kind 列",
                what,
                "在那里补上这一类（不派力量就不写 needs）",
            )
