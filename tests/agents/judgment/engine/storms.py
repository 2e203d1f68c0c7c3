"""Random storms: values that wander around the plan's thresholds, and every fault that data can have."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    Finding,
    Forecast,
    Observation,
    WeatherAlert,
)

Row = dict[str, Any]
TYPICAL = {"rain_10min": 9.0, "water_depth": 40.0, "displacement_rate": 9.0, "wind_avg": 14.0, "gust": 19.0}


class Storm:
    """`hours` of facts about some stations, from `start` on with `before` hours of history; by seed."""

    def __init__(self, seed: int, plan: Row, stations: Sequence[Row], districts: Sequence[str]) -> None:
        self.dice = random.Random(seed)
        self.plan, self.stations, self.districts = plan, stations, list(districts)
        self.start = datetime.fromisoformat("2026-06-01T08:00:00+08:00")
        self.hours = 11
        self.force = self.dice.choice((0.15, 0.4, 0.7, 1.0, 2.5))
        self.harm = self.dice.choice((0.02, 0.2, 1.0))
        self.calm = self.start + timedelta(hours=self.dice.choice((2, 4, 6, 20)))
        self.rows: Row = {
            "observations": [
                row for s in stations for m in s["metrics"].split("|") for row in self.gauge(s, m)
            ],
            "forecasts": list(self.forecasts()),
            "warnings": self.warnings(),
            "responses": [self.response() for _ in range(self.dice.choice((4, 20)))],
            "findings": [self.finding() for _ in range(self.dice.choice((0, 2, 16)))],
            "tickets": [self.ticket(n) for n in range(self.dice.choice((30, 120)))],
        }
        for rows in self.rows.values():
            self.dice.shuffle(rows)

    def moment(self, before: float = 2.0) -> datetime:
        return self.start + timedelta(minutes=round(self.dice.uniform(-before * 60, self.hours * 60) / 6) * 6)

    def gauge(self, station: Row, metric: str) -> list[Row]:
        """Good rows, and with them a fault or several: silence, spikes, repeats, doubt, holes, doubles."""
        dice, every = self.dice, int(station["reporting_interval_min"])
        digits = self.plan["semantics"]["decimals"][metric]
        level = self.around(station, metric)
        share = dice.choice((0.3, 0.8, 1.0, 1.2, 2.5))
        rows: list[Row] = []
        silent = self.moment() if dice.random() < 0.15 * self.harm else None
        stuck, last = 0, None
        time = self.start - timedelta(hours=6)
        while time <= self.start + timedelta(hours=self.hours):
            strength = share * self.force * dice.choice((0.6, 1.0, 1.3)) if time < self.calm else 0.0
            if metric == "water_level":
                value = level + 3 * min(0.15, strength - 0.6) + dice.gauss(0, 0.2)
            else:
                value = max(0.0, level * strength * (1 + dice.gauss(0, 0.1)))
            if stuck and last is not None:
                value, stuck = last, stuck - 1
            elif dice.random() < 0.02 * self.harm:
                stuck = dice.choice((4, 5, 6, 12, 26))
            last = round(value, digits)
            row = self.observation(station, metric, time, last)
            if silent is None or not silent < time < silent + timedelta(hours=2):
                rows += self.faults(row, digits)
            time += timedelta(minutes=every)
        return rows

    def around(self, station: Row, metric: str) -> float:
        """A value near which something of the plan happens."""
        levels = [station[name] for name in LEVELS if station.get(name)]
        return (
            float(self.dice.choice(levels))
            if levels and metric != "water_depth"
            else TYPICAL.get(metric, 30.0)
        )

    def faults(self, row: Row, digits: int) -> list[Row]:
        dice = self.dice
        match dice.random() / self.harm:
            case x if x < 0.03:
                return []
            case x if x < 0.05:
                return [{**row, "value": None, "quality": "missing"}]
            case x if x < 0.09:
                return [{**row, "quality": "suspect"}]
            case x if x < 0.11:
                return [row, {**row, "quality": dice.choice(("good", "suspect"))}]
            case x if x < 0.13:
                return [row, {**row, "value": round(row["value"] + dice.choice((-2, 1, 5)), digits)}]
            case x if x < 0.14:
                return [{**row, "value": round(row["value"] + dice.choice((-9, 4, 9999)), digits)}]
            case x if x < 0.15:
                return [{**row, "value": row["value"], "quality": "missing"}]
            case _:
                return [row]

    def observation(self, station: Row, metric: str, time: datetime, value: float) -> Row:
        name = station["station_id"]
        return {"station_id": name, "metric": metric, "time": time, "value": value, "quality": "good"}

    def forecasts(self) -> list[Row]:
        """Issues that come on time, late or not at all, and some that don't cover what follows."""
        dice, found = self.dice, []
        rivers = [s for s in self.stations if s["kind"] == "river"]
        wanted = [(d, m, v) for d in self.districts for m, v in FORECASTS]
        wanted += [(s["station_id"], "river_level_max_24h", float(s["warn_level"] or 30)) for s in rivers]
        for subject, metric, typical in wanted:
            issued = self.start - timedelta(hours=dice.choice((1, 3, 6, 14)))
            while issued < self.start + timedelta(hours=self.hours):
                begin = issued + timedelta(minutes=dice.choice((0, 0, 0, 60)))
                end = begin + timedelta(hours=dice.choice((2, 6, 24)))
                spread = typical / 30 if metric.startswith("river") else typical
                value = round(max(0.0, typical + dice.gauss(0, spread)), 1)
                period = {"issued_at": issued, "valid_from": begin, "valid_to": end}
                found.append({**period, "subject": subject, "metric": metric, "value": value})
                issued += timedelta(hours=dice.choice((3, 3, 3, 3, 6, 15)))
        return found

    def warnings(self) -> list[Row]:
        dice = self.dice
        found: list[Row] = []
        for n in range(14):
            issued = self.moment()
            event = dice.choice(("issue", "update", "update", "cancel")) if found else "issue"
            gone = [] if event == "issue" else [dice.choice(found)["id"] for _ in range(dice.choice((1, 2)))]
            expires = issued + timedelta(minutes=dice.choice((30, 60, 90, 300)))
            found.append(
                {
                    "id": f"W{n}",
                    "event": event,
                    "type": dice.choice(("暴雨", "暴雨", "台风", "地质灾害气象风险")),
                    "colour": dice.choice("蓝黄橙红"),
                    "districts": dice.sample(self.districts, dice.randint(1, len(self.districts))),
                    "issued_at": issued,
                    "expires_at": dice.choice((None, expires, expires)),
                    "supersedes": gone,
                }
            )
        return found

    def response(self) -> Row:
        dice = self.dice
        return {
            "time": self.moment() + timedelta(seconds=dice.random() * 300),
            "district": dice.choice(self.districts),
            "hazard": dice.choice(self.plan["plan"]["hazards"]),
            "level": dice.randint(1, 4),
            "event": dice.choice(("start", "start", "end")),
        }

    def finding(self) -> Row:
        dice = self.dice
        human = [
            c["id"]
            for r in self.plan["responses"]
            for c in (*r["conditions"], *r["end_conditions"])
            if c["requires_human"]
        ]
        return {
            "time": self.moment() + timedelta(seconds=dice.random() * 300),
            "condition_id": dice.choice(human),
            "object": dice.choice(("闸", "堤")),
            "event": dice.choice(("reported", "confirmed", "rejected", "resolved")),
        }

    def ticket(self, number: int) -> Row:
        dice = self.dice
        kind = dice.choice(("积水", "下穿积水", "人员被困", "停电"))
        place = dice.choice((None, *(f"PL{n}" for n in range(9))))
        return {"id": f"T{number}", "time": self.moment(), "kind": kind, "place_id": place}

    def facts(self) -> list[Fact]:
        """The same rows as the engine takes them, in no order."""
        units = {s["station_id"]: s["unit"] for s in self.stations}
        facts: list[Fact] = [
            Observation(**row, unit=units[row["station_id"]]) for row in self.rows["observations"]
        ]
        for row in self.rows["forecasts"]:
            about = {"station_id" if row["subject"] in units else "district_code": row["subject"]}
            unit = units.get(row["subject"], "m/s" if "gust" in row["metric"] else "mm")
            facts.append(Forecast(**{k: v for k, v in row.items() if k != "subject"}, **about, unit=unit))
        for row in self.rows["warnings"]:
            rest = {k: v for k, v in row.items() if k != "id"}
            facts.append(
                WeatherAlert(alert_id=row["id"], effective_from=row["issued_at"], issuer="台", **rest)
            )
        for row in self.rows["responses"]:
            rest = {k: v for k, v in row.items() if k != "district"}
            facts.append(DistrictReport(report_id="R", district_code=row["district"], **rest))
        facts += [Finding(report_id="R", **row) for row in self.rows["findings"]]
        for row in self.rows["tickets"]:
            facts.append(CitizenSignal(signal_id=row["id"], **{k: v for k, v in row.items() if k != "id"}))
        self.dice.shuffle(facts)
        return facts


LEVELS = (
    "warn_level",
    "guarantee_level",
    "record_level",
    "flood_limit_level",
    "design_level",
    "check_level",
    "rate_orange_mm_h",
    "rate_red_mm_h",
)
FORECASTS = (("rain_6h", 30.0), ("rain_24h", 120.0), ("gust_24h", 16.0))
