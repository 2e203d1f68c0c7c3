"""Do the rules for another main unit, and their sentences, fit the catalogue?

Whether codes and units exist is checked with the other references; here, what the pairs of them mean.
"""

from knowledge.city.pack import RULES_FILE, UNITS_FILE, Pack
from knowledge.city.source import Source


def check_units(pack: Pack, source: Source) -> None:
    """A rule names another unit than the line's own, one that takes tickets, once; a sentence a known pair."""
    main = {row.code: row.main_dept_id for row in pack.catalogue.items}
    _check_rules(pack, main, source)
    _check_sentences(pack, main, source)


def _check_rules(pack: Pack, main: dict[str, str], source: Source) -> None:
    told_only = {row.dept_id for row in pack.departments.items if not row.accepts_directly}
    seen: dict[tuple[str, str], int] = {}
    for line, rule in pack.unit_rules.rows:
        where = f"第 {line} 行，dept_id 列"
        first = seen.setdefault((rule.code, rule.dept_id), line)
        if first != line:
            what = f"{rule.code} 转 {rule.dept_id} 与第 {first} 行重复"
            source.add(RULES_FILE, where, what, "把两行的条件合为一行")
        if main.get(rule.code) == rule.dept_id:
            what = f"{rule.dept_id} 本来就是 {rule.code} 的主办"
            source.add(RULES_FILE, where, what, "改为另一单位，或删去此行")
        if rule.dept_id in told_only:
            what = f"{rule.dept_id} 不接派单（accepts_directly = false）"
            source.add(RULES_FILE, where, what, "换成接派单的单位")


def _check_sentences(pack: Pack, main: dict[str, str], source: Source) -> None:
    """Only of codes and units that exist: a dangling one is told already."""
    units = pack.departments.ids("dept_id")
    pairs = {(row.get("code", "").strip(), row.get("dept_id", "").strip()) for _, row in pack.unit_rules.raw}
    texts: dict[str, int] = {}
    for line, row in pack.unit_utterances.rows:
        first = texts.setdefault(row.text, line)
        if first != line:
            what = f"与第 {first} 行是同一句"
            source.add(UNITS_FILE, f"第 {line} 行，text 列", what, "改写，或删去此行")
        known = row.code in main and row.dept_id in units
        if known and row.dept_id != main[row.code] and (row.code, row.dept_id) not in pairs:
            what = f"{row.dept_id} 既不是 {row.code} 的主办，{RULES_FILE} 里也没有这样转"
            source.add(
                UNITS_FILE, f"第 {line} 行，dept_id 列", what, f"改为该行的主办，或在 {RULES_FILE} 补上规则"
            )
