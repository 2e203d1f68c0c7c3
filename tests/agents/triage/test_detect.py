from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.triage.cues import cued
from agents.triage.detect import Detection, RouteDetector
from agents.triage.speech import callers_words, stance
from knowledge.city import City, load_city
from knowledge.embedding import Embedder

Detect = Callable[[str], Detection]

FOLD = 5
"""Every fifth utterance of the pack is held out."""


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path(__file__).parents[3] / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="module")
def detector(city: City, embedder: Embedder) -> RouteDetector:
    routes = tuple(u for i, u in enumerate(city.route_utterances) if i % FOLD)
    told = tuple(u for i, u in enumerate(city.utterances) if i % FOLD)
    return RouteDetector.fit(replace(city, route_utterances=routes, utterances=told), embedder)


@pytest.fixture(scope="module")
def detect(detector: RouteDetector, embedder: Embedder) -> Detect:
    return lambda text: detector.detect(text, embedder.embed_queries([text])[0])


@pytest.fixture(scope="module")
def held_out(city: City, detect: Detect) -> list[tuple[str | None, str | None, Detection]]:
    """(route, number, what was detected) of utterances the detector has not learnt."""
    return [(u.route, u.number, detect(u.text)) for i, u in enumerate(city.route_utterances) if i % FOLD == 0]


def first(found: Detection) -> str | None:
    return found.alerts[0]["route"] if found.alerts else None


def test_emergencies_are_recalled(held_out: list[tuple[str | None, str | None, Detection]]) -> None:
    called = [first(found) == "R1" for route, _, found in held_out if route == "R1"]
    alerts = [route == "R1" for route, _, found in held_out if first(found) == "R1"]
    assert np.mean(called) >= 0.78
    assert np.mean(alerts) >= 0.78


def test_the_number_is_right(held_out: list[tuple[str | None, str | None, Detection]]) -> None:
    right = [
        found.alerts[0]["number"] == number
        for route, number, found in held_out
        if route == "R1" and first(found) == "R1"
    ]
    assert np.mean(right) >= 0.7


@pytest.mark.parametrize(("route", "floor"), [("R2", 0.6), ("R4", 0.5), ("R5", 0.4), ("R6", 0.4)])
def test_special_routes_are_recalled(
    held_out: list[tuple[str | None, str | None, Detection]], route: str, floor: float
) -> None:
    assert np.mean([first(found) == route for gold, _, found in held_out if gold == route]) >= floor


def test_everyday_utterances_raise_few_alerts(city: City, detect: Detect) -> None:
    calm = [u for i, u in enumerate(city.utterances) if i % FOLD == 0 and u.urgency == "一般"]
    alerted = [first(detect(u.text)) is not None for u in calm]
    assert np.mean(alerted) <= 0.09


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三楼冒黑烟了，里面有人在喊", "119"),
        ("我爸倒在地上叫不醒，嘴唇发紫", "120"),
        ("两辆车撞了，骑车的躺在地上不动", "122"),
        ("有个孩子掉河里了，正在往下沉", "12395"),
        ("他拿着刀在踹门，救命", "110"),
    ],
)
def test_plain_emergencies(detect: Detect, text: str, number: str) -> None:
    alert = detect(text).alerts[0]
    assert (alert["route"], alert["number"]) == ("R1", number)
    assert alert["evidence"] in text
    assert number in alert["advice"]


@pytest.mark.parametrize(
    "text",
    [
        "上周电梯困过人，已经救出来了，我要物业给个说法",
        "没有着火，也没有人受伤，就是油烟味大",
        "建议江边加装护栏，防止孩子落水",
        "坐席：请问有没有人被困？市民：没有没有，就是路面有点积水",
    ],
)
def test_what_is_over_denied_or_feared_is_no_emergency(detect: Detect, text: str) -> None:
    assert first(detect(text)) != "R1"


def test_a_hard_cue_always_alerts(city: City, detect: Detect) -> None:
    for cue in city.emergency_cues.values():
        for word in cue.hard_cues:
            found = detect(f"你们快来，{word}，在文昌路这边")
            assert first(found) == "R1", word
            assert word in found.note


def test_a_counter_cue_in_the_sentence_silences_a_soft_one(city: City) -> None:
    hits = cued("电视剧里有人要跳楼，吵死了", city)
    assert [hit.stands for hit in hits] == [False]
    assert hits[0].against == "电视剧里"


def test_negation_nearby_silences_a_soft_cue(city: City) -> None:
    assert not any(hit.stands for hit in cued("你放心，不是着火了", city))
    assert any(hit.stands for hit in cued("楼下着火了", city))


def test_the_operators_words_are_not_the_callers() -> None:
    text = "坐席：有没有着火？市民：没有，路灯坏了"
    assert callers_words(text).strip() == "市民：没有，路灯坏了"
    assert len(callers_words(text)) == len(text)


@pytest.mark.parametrize(
    ("clause", "meant"),
    [
        ("楼上着火了", "told"),
        ("没有人受伤", "denied"),
        ("万一掉下去怎么办", "feared"),
        ("去年淹过一次", "past"),
        ("人已经送医院", "settled"),
    ],
)
def test_stance(clause: str, meant: str) -> None:
    assert stance(clause) == meant


def test_detection_repeats_itself(city: City, detect: Detect) -> None:
    for u in city.route_utterances[:20]:
        assert detect(u.text) == detect(u.text)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120))
def test_any_text_is_survived(detect: Detect, text: str) -> None:
    found = detect(text)
    assert all(0 <= value <= 1 for value in found.scores.values())
    assert all(alert["evidence"] in callers_words(text) for alert in found.alerts)
