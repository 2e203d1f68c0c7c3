"""A second evaluator, slow and plain, written from the text of the semantics alone: everything known is recomputed
from all facts at every step. It shares no code with the engine; where the two differ, one of them has misread.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
NO, YES, OPEN = False, True, None


class Naive:
    """`plan` is the TOML as read; `stations` rows of stations.csv as dicts of text; facts plain dicts."""

    def __init__(
        self, plan: Row, stations: list[Row], districts: list[str], start: datetime, facts: Row
    ) -> None:
        self.plan, self.stations, self.districts, self.start, self.facts = (
            plan,
            stations,
            districts,
            start,
            facts,
        )
        self.step = timedelta(minutes=plan["semantics"]["evaluation_step_min"])
        self.in_force: dict[str, int | None] = dict.fromkeys(plan["plan"]["hazards"])
        self.past: list[tuple[datetime, dict[str, str]]] = []
        self.series: dict[tuple[str, str], list[Row]] = {}

    def evaluate(self, now: datetime) -> Row:
        """One step of expected.json; call it once for every step, in order."""
        self.now = now
        self.series = {}
        known = {s["station_id"]: s["metrics"].split("|") for s in self.stations}
        for row in self.facts["observations"]:
            if row["time"] <= now and row["metric"] in known.get(row["station_id"], ()):
                self.series.setdefault((row["station_id"], row["metric"]), []).append(row)
        self.series = {key: clean(rows, self, *key) for key, rows in self.series.items()}
        states = {c["id"]: self.condition(c) for r in self.plan["responses"] for c in r["conditions"]}
        review = sorted(
            c["id"]
            for r in self.plan["responses"]
            for c in r["conditions"]
            if states[c["id"]] == "human" and self.asks(c)
        )
        self.past.append((now, states))
        out: Row = {"time": now.isoformat(), "review": review, "end_conditions": {}, "recommendation": {}}
        for name in ("met", "not_met", "unknown", "human"):
            out[name] = [key for key, state in states.items() if state == name]
        out["level_by_rules"] = self.levels(states, {"met"})
        out["level_possible"] = self.levels(states, {"met", "unknown"})
        for hazard in self.plan["plan"]["hazards"]:
            self.track(hazard, out)
        overall = [level for level in self.in_force.values() if level]
        out["in_force_if_signed"] = {**self.in_force, "overall": min(overall, default=None)}
        return out

    def levels(self, states: dict[str, str], wanted: set[str]) -> Row:
        found: Row = {}
        for hazard in self.plan["plan"]["hazards"]:
            hit = [
                r["level"]
                for r in self.plan["responses"]
                if r["hazard"] == hazard and any(states[c["id"]] in wanted for c in r["conditions"])
            ]
            found[hazard] = min(hit, default=None)
        found["overall"] = min((v for v in found.values() if v), default=None)
        return found

    def track(self, hazard: str, out: Row) -> None:
        level, current = out["level_by_rules"][hazard], self.in_force[hazard]
        if level and (current is None or level < current):
            out["recommendation"][hazard] = {"action": "upgrade" if current else "start", "level": level}
            self.in_force[hazard] = level
            return
        if current is None:
            out["recommendation"][hazard] = {"action": "none", "level": None}
            return
        seen: dict[str, str] = {}
        down: int | None = current
        while down is not None:
            group = next(r for r in self.plan["responses"] if r["hazard"] == hazard and r["level"] == down)
            here = {c["id"]: self.condition(c) for c in group["end_conditions"]}
            seen.update(here)
            numeric = [here[c["id"]] for c in group["end_conditions"] if not c["requires_human"]]
            if any(state != "met" for state in numeric):
                break
            down = down + 1 if down < 4 else None
        action = "end" if down is None else "keep" if down == current else "downgrade"
        out["recommendation"][hazard] = {"action": action, "level": down}
        out["end_conditions"][hazard] = seen
        self.in_force[hazard] = down

    def condition(self, c: Row) -> str:
        if c["requires_human"]:
            return "met" if "confirmed" in self.findings(c["id"]) else "human"
        return {YES: "met", NO: "not_met", OPEN: "unknown"}[self.formula(c)]

    def asks(self, c: Row) -> bool:
        return "reported" in self.findings(c["id"]) or (bool(c.get("tests")) and self.formula(c) is YES)

    def findings(self, name: str) -> list[str]:
        last: dict[str, Row] = {}
        for row in self.facts["findings"]:
            if row["time"] <= self.now and row["condition_id"] == name:
                later(last, row["object"], row)
        return [row["event"] for row in last.values()]

    def formula(self, c: Row) -> bool | None:
        """Kleene's logic with numbers: false 0, unknown 1/2, true 1; and is min, or is max, not is 1 - x."""
        names: Row = {}
        for test in c["tests"]:
            value = getattr(self, test["kind"])(test)
            names[test["t"]] = Degree({NO: 0.0, OPEN: 0.5, YES: 1.0}[value])
        text = c["expr"].replace(" and ", " & ").replace(" or ", " | ").replace("not ", "~")
        degree = eval(text, {"__builtins__": {}}, names).value
        return {0.0: NO, 0.5: OPEN, 1.0: YES}[degree]

    def rows(self, station: Row, metric: str, after: datetime, closed: bool = False) -> list[Row]:
        kept = self.series.get((station["station_id"], metric), [])
        return [row for row in kept if row["time"] > after or (closed and row["time"] == after)]

    def said(self, station: Row, test: Row, threshold: float) -> bool | None:
        metric, window = test["metric"], timedelta(minutes=test["window_min"])
        digits = self.plan["semantics"]["decimals"][metric]
        rules = self.plan["semantics"]["metrics"][metric]
        every = timedelta(minutes=int(station["reporting_interval_min"]))
        stale = timedelta(minutes=int(station["stale_after_min"]))
        good_all = [r for r in self.series.get((station["station_id"], metric), []) if not r["suspect"]]
        fresh = bool(good_all) and good_all[-1]["time"] >= self.now - stale
        kind = test["aggregation"]
        rows = self.rows(station, metric, self.now - window, closed=kind == "sustained")
        good = [r["value"] for r in rows if not r["suspect"]]
        doubtful = [r["value"] for r in rows if r["suspect"]]
        wanted = window / every + (1 if kind == "sustained" else 0)
        enough = fresh and len(good) >= rules["min_coverage"] * wanted - 1e-9
        if kind in ("sum", "max"):
            merge = sum if kind == "sum" else max
            if good and round(merge(good), digits) >= threshold:
                return YES
            if doubtful and round(merge(good + doubtful), digits) >= threshold:
                return OPEN
            return NO if enough else OPEN
        if kind == "sustained":
            if any(round(v, digits) < threshold for v in good):
                return NO
            return YES if enough else OPEN
        return self.newest(station, metric, stale, lambda value: round(value, digits) >= threshold)

    def newest(
        self, station: Row, metric: str, stale: timedelta, over: Callable[[float], bool]
    ) -> bool | None:
        last = self.last_good(station, metric, stale)
        if last is None:
            return OPEN
        newer = self.rows(station, metric, last["time"])
        if newer and over(newer[-1]["value"]) != over(last["value"]):
            return OPEN
        return over(last["value"])

    def last_good(self, station: Row, metric: str, stale: timedelta) -> Row | None:
        rows = self.rows(station, metric, self.now - stale, closed=True)
        return next((r for r in reversed(rows) if not r["suspect"]), None)

    def areal_rain(self, test: Row) -> bool | None:
        gauges = [s for s in self.stations if test["metric"] in s["metrics"].split("|") and s["area_km2"]]
        said = {s["station_id"]: self.said(s, test, test["threshold"]) for s in gauges}

        def share(wanted: set[bool | None]) -> float:
            inside = sum(float(s["area_km2"]) for s in gauges if said[s["station_id"]] in wanted)
            return round(inside / sum(float(s["area_km2"]) for s in gauges), 6)

        if share({YES}) >= test["min_share"]:
            return YES
        return NO if share({YES, OPEN}) < test["min_share"] else OPEN

    def station_count(self, test: Row) -> bool | None:
        answers: list[tuple[Row, bool | None]] = []
        for station in self.stations:
            if station["kind"] != test["station_kind"]:
                continue
            if test.get("class") and station["class"] not in test["class"]:
                continue
            reference = station[test["ref"]] if "ref" in test else test["threshold"]
            if reference == "":
                continue
            answer = self.said(station, test, round(float(reference) + test.get("offset", 0.0), 6))
            if "forecast" in test:
                wanted = test["forecast"]
                if "ref" in wanted and station[wanted["ref"]] == "":
                    continue
                answer = both(answer, self.joined(station, test, wanted))
            answers.append((station, answer))

        def places(answer_set: set[bool | None]) -> int:
            return len({s["district_code"] for s, a in answers if a in answer_set})

        counted = counts(
            sum(a is YES for _, a in answers), sum(a is OPEN for _, a in answers), test["min_count"]
        )
        if "min_districts" not in test:
            return counted
        sure = places({YES})
        return both(counted, counts(sure, places({YES, OPEN}) - sure, test["min_districts"]))

    def joined(self, station: Row, test: Row, wanted: Row) -> bool | None:
        value = self.forecast(station["station_id"], wanted["metric"])
        if value is None:
            return OPEN
        if wanted.get("above") == "latest":
            stale = timedelta(minutes=int(station["stale_after_min"]))
            last = self.last_good(station, test["metric"], stale)
            digits = self.plan["semantics"]["decimals"][test["metric"]]
            return OPEN if last is None else value > round(last["value"], digits)
        return value >= round(float(station[wanted["ref"]]) + wanted.get("offset", 0.0), 6)

    def forecast(self, subject: str, metric: str) -> float | None:
        rows = [
            r
            for r in self.facts["forecasts"]
            if r["subject"] == subject and r["metric"] == metric and r["issued_at"] <= self.now
        ]
        if not rows:
            return None
        row = max(rows, key=lambda r: r["issued_at"])
        age = timedelta(hours=self.plan["semantics"]["forecasts"][metric]["max_age_h"])
        if self.now - row["issued_at"] > age or not row["valid_from"] <= self.now < row["valid_to"]:
            return None
        return row["value"]

    def forecast_districts(self, test: Row) -> bool | None:
        values = [self.forecast(district, test["metric"]) for district in self.districts]
        over = sum(v is not None and v >= test["threshold"] for v in values)
        return counts(over, sum(v is None for v in values), test["min_count"])

    def signal_districts(self, test: Row) -> bool | None:
        colours: list[str] = self.plan["semantics"]["signals"]["colours"]
        known = [w for w in self.facts["warnings"] if w["issued_at"] <= self.now]
        gone = {name for w in known for name in w["supersedes"]}
        gone |= {w["id"] for w in known if w["event"] == "cancel"}
        under: set[str] = set()
        for w in known:
            over = w["event"] == "cancel" or w["id"] in gone
            over = over or (w["expires_at"] is not None and w["expires_at"] <= self.now)
            grave = colours.index(w["colour"]) >= colours.index(test["min_colour"])
            if not over and grave and w["type"] == test["signal_type"]:
                under |= set(w["districts"])
        return len(under & set(self.districts)) >= test["min_count"]

    def district_response(self, test: Row) -> bool | None:
        last: dict[str, Row] = {}
        for row in self.facts["responses"]:
            if row["time"] <= self.now and row["hazard"] == test["hazard"]:
                later(last, row["district"], row)
        on = [r for r in last.values() if r["event"] == "start" and r["level"] <= test["level"]]
        return len(on) >= test["min_count"]

    def ticket_count(self, test: Row) -> bool | None:
        after = self.now - timedelta(minutes=test["window_min"])
        calls = [
            t
            for t in self.facts["tickets"]
            if after < t["time"] <= self.now and t["kind"] in test["ticket_kinds"]
        ]
        places = {t["place_id"] for t in calls if t["place_id"]}
        return len(calls) >= test["min_count"] and len(places) >= test.get("min_places", 0)

    def start_conditions_clear(self, test: Row) -> bool | None:
        after = self.now - timedelta(minutes=test["window_min"])
        point = self.now
        while point - self.step > after:
            point -= self.step
        if point < self.start:
            return OPEN
        watched = {
            c["id"]
            for r in self.plan["responses"]
            if r["hazard"] == test["hazard"] and r["level"] <= test["level"]
            for c in r["conditions"]
        }
        return not any(
            states[name] in ("met", "unknown")
            for when, states in self.past
            if when > after
            for name in watched
        )


class Degree:
    """A truth value as a number, for eval."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __and__(self, other: "Degree") -> "Degree":
        return Degree(min(self.value, other.value))

    def __or__(self, other: "Degree") -> "Degree":
        return Degree(max(self.value, other.value))

    def __invert__(self) -> "Degree":
        return Degree(1.0 - self.value)


def later(last: dict[str, Row], name: str, row: Row) -> None:
    if name not in last or last[name]["time"] <= row["time"]:
        last[name] = row


def both(a: bool | None, b: bool | None) -> bool | None:
    if a is NO or b is NO:
        return NO
    return OPEN if a is OPEN or b is OPEN else YES


def counts(sure: int, unknown: int, wanted: int) -> bool | None:
    if sure >= wanted:
        return YES
    return NO if sure + unknown < wanted else OPEN


def clean(rows: Iterable[Row], naive: Naive, station_id: str, metric: str) -> list[Row]:
    """Rules 2 a to d, one after the other, over all rows known."""
    station = next(s for s in naive.stations if s["station_id"] == station_id)
    rules = naive.plan["semantics"]["metrics"][metric]
    present = [r for r in rows if r["quality"] != "missing" and r["value"] is not None]
    present = [r for r in present if rules["valid_min"] <= r["value"] <= rules["valid_max"]]
    merged: list[Row] = []
    by_time: dict[datetime, list[Row]] = {}
    for row in present:
        by_time.setdefault(row["time"], []).append(row)
    for time, here in sorted(by_time.items()):
        differ = len({r["value"] for r in here}) > 1
        suspect = differ or any(r["quality"] == "suspect" for r in here)
        merged.append({"time": time, "value": max(r["value"] for r in here), "suspect": suspect})
    if "max_step" in rules:
        mark_jumps(merged, rules["max_step"], 3 * int(station["reporting_interval_min"]))
    if rules["stuck_run"]:
        mark_stuck(merged, rules["stuck_run"], lambda v: rules["stuck_min_value"] <= v < rules["valid_max"])
    return merged


def mark_jumps(rows: list[Row], most: float, minutes: int) -> None:
    last: Row | None = None
    for row in rows:
        if last and not row["suspect"] and row["time"] - last["time"] <= timedelta(minutes=minutes):
            row["suspect"] = round(abs(row["value"] - last["value"]), 6) > most
        if not row["suspect"]:
            last = row


def mark_stuck(rows: list[Row], least: int, counts_as: Callable[[float], bool]) -> None:
    begin = 0
    while begin < len(rows):
        end = begin
        while end + 1 < len(rows) and rows[end + 1]["value"] == rows[begin]["value"]:
            end += 1
        if end - begin + 1 >= least and counts_as(rows[begin]["value"]):
            for row in rows[begin : end + 1]:
                row["suspect"] = True
        begin = end + 1
