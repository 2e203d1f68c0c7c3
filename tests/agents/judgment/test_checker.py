"""What templates say passes; what a model could get wrong does not."""

from collections import Counter
from collections.abc import Iterator

import pytest

from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.decision import Evidence, Judgment, Sentence
from knowledge.city import City
from tests.agents.judgment import corrupt

ENOUGH = 200


def evidence(key: str, text: str, kind: str = "observation", subject: str = "") -> Evidence:
    return Evidence.model_validate({"id": key, "kind": kind, "text": text, "subject": subject})


GAUGE = evidence("O:1", "盐仓雨量站近1小时雨量52.0毫米（14:30）")
OTHER = evidence("O:2", "石桥雨量站近1小时雨量61.5毫米（14:30）")
RIVER = evidence("O:3", "沄江江畔站水位32.40米（14:00），低于警戒水位32.50米，还差0.10米")
MET = evidence("C:1", "防汛Ⅲ级5.5.1(2)成立（3个站1小时≥70毫米），14:30首次成立", "condition")
OPEN = evidence("C:2", "防汛Ⅱ级5.6.1(4)无法判断（干流达到保证）；原因是数据过期", "condition")
LEVEL = evidence("J:1", "按预案核对达到防汛Ⅲ级；防汛没有在行响应；建议启动防汛Ⅲ级响应；签发人为市长", "level")
STANDS = evidence("J:2", "按预案核对达到防汛Ⅲ级；在行响应为防汛Ⅳ级；建议升级为防汛Ⅲ级响应", "level")
ALERT = evidence(
    "W:1", "沄州市气象台14:18发布暴雨橙色预警信号，范围为青峦区、云岭县，有效至20:18", "alert", "沄州市气象台"
)
FORECAST = evidence("F:1", "预报青峦区未来6小时雨量68.0毫米（14:00发布，至20:00）", "forecast")
RAIN_1_5 = evidence("O:4", "盐仓雨量站近90分钟雨量50.3毫米（18:40），面积占比30.0%")
ADVISED = evidence("P:1", "建议市排涝一队前置到盐仓下穿通道（排涝），预计12分钟到达", "placement")
PEOPLE = evidence("R:all", "风险点中告急19处、紧张5处，告急处应避险的共640人", "risk")
OUTLOOK = Evidence.model_validate(
    {
        "id": "X:1",
        "kind": "outlook",
        "text": "若盐仓雨量站、石桥雨量站近1小时雨量达到70毫米，则约15:40满足防汛Ⅲ级5.5.1(2)",
        "clause": "5.5.1(2)",
    }
)
ALL = (ADVISED, PEOPLE, OUTLOOK, GAUGE, OTHER, RIVER, MET, OPEN, LEVEL, STANDS, ALERT, FORECAST, RAIN_1_5)


@pytest.fixture(scope="module")
def checker(reader: Reader) -> Checker:
    return Checker(reader, ALL)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("盐仓雨量站近1小时雨量52毫米。", "O:1"),
        ("盐仓雨量站１小时雨量５２．０毫米，时间为14时30分。", "O:1"),
        ("盐仓雨量站一小时雨量五十二毫米。", "O:1"),
        ("盐仓雨量站一个半小时雨量五十点三毫米，面积占比三成。", "O:4"),
        ("下午6时40分，盐仓雨量站近1.5小时雨量50.3mm，面积占比百分之三十。", "O:4"),
        ("盐仓雨量站近1小时雨量52.0毫米，石桥雨量站近1小时雨量61.5毫米。", "O:1 O:2"),
        ("沄江江畔站水位32.40米，低于警戒水位32.50米。", "O:3"),
        ("防汛三级条件5.5.1（2）成立，14:30首次成立。", "C:1"),
        ("防汛3级条件5.5.1第（二）项成立。", "C:1"),
        ("5.6.1(4)无法判断，原因是数据过期。", "C:2"),
        ("建议启动防汛Ⅲ级响应，签发人为市长。", "J:1"),
        ("沄州市气象台14:18发布暴雨橙色预警信号，有效至20:18。", "W:1"),
        ("预报青峦区未来6小时雨量68毫米。", "F:1"),
        ("若盐仓雨量站和石桥雨量站近1小时雨量达到70毫米，则约15:40满足防汛Ⅲ级5.5.1(2)。", "X:1"),
    ],
)
def test_the_same_in_other_words_passes(checker: Checker, text: str, cited: str) -> None:
    assert checker.check(text, cited.split()) == ()


@pytest.mark.parametrize(
    ("text", "cited", "kind"),
    [
        ("盐仓雨量站近1小时雨量61.5毫米，石桥雨量站近1小时雨量52.0毫米。", "O:1 O:2", "quantity"),
        ("盐仓雨量站近3小时雨量52.0毫米。", "O:1", "quantity"),
        ("盐仓雨量站近1小时雨量约53毫米。", "O:1", "quantity"),
        ("盐仓雨量站近1小时雨量52.0厘米。", "O:1", "quantity"),
        ("盐仓雨量站近1小时雨量50至52毫米。", "O:1", "quantity"),
        ("盐仓雨量站近1小时雨量五十三毫米。", "O:1", "quantity"),
        ("城东雨量站近1小时雨量52.0毫米。", "O:1", "name"),
        ("石桥雨量站近1小时雨量52.0毫米。", "O:1", "name"),
        ("盐仓雨量站14:40近1小时雨量52.0毫米。", "O:1", "time"),
        ("盐仓雨量站近1小时雨量成倍增加到52.0毫米。", "O:1", "vague"),
        ("沄江江畔站水位32.40米，超过警戒水位32.50米。", "O:3", "quantity"),
        ("沄江江畔站水位32.50米。", "O:3", "quantity"),
        ("防汛Ⅲ级5.5.1(3)成立。", "C:1", "clause"),
        ("防汛Ⅲ级5.5.1(2)不成立。", "C:1", "clause"),
        ("防汛Ⅱ级5.5.1(2)成立。", "C:1", "level"),
        ("5.6.1(4)不成立。", "C:2", "clause"),
        ("5.6.1(4)已经成立。", "C:2", "clause"),
        ("建议启动防汛Ⅱ级响应。", "J:1", "level"),
        ("建议启动防台风Ⅲ级响应。", "J:1", "level"),
        ("建议维持防汛Ⅲ级响应。", "J:1", "advice"),
        ("已启动防汛Ⅲ级响应。", "J:1", "act"),
        ("现启动防汛Ⅲ级响应。", "J:1", "level"),
        ("在行响应为防汛Ⅲ级。", "J:2", "level"),
        ("沄州市气象台14:18发布暴雨红色预警信号。", "W:1", "colour"),
        ("沄州市气象台14:18发布暴雨橙色预警信号，范围为埠前区。", "W:1", "name"),
        ("沄州市气象台20:18发布暴雨橙色预警信号。", "W:1", "time"),
        ("现发布暴雨橙色预警信号。", "W:1", "act"),
        ("本系统发布暴雨橙色预警信号。", "W:1", "act"),
        ("青峦区已出现6小时雨量68.0毫米。", "F:1", "quantity"),
        ("请青峦区立即转移群众。", "F:1", "act"),
        ("责令青峦区停工。", "F:1", "act"),
        ("盐仓雨量站近1小时雨量52.0毫米。", "", "evidence"),
        ("盐仓雨量站近1小时雨量52.0毫米。", "O:9", "evidence"),
    ],
)
def test_what_the_evidence_does_not_say_is_caught(checker: Checker, text: str, cited: str, kind: str) -> None:
    troubles = checker.check(text, cited.split())
    assert kind in {one.kind for one in troubles}, troubles


def sentences(judgment: Judgment) -> Iterator[Sentence]:
    return (sentence for paragraph in judgment.narrative for sentence in paragraph.sentences)


@pytest.mark.parametrize(
    ("text", "cited", "kind"),
    [
        ("市排涝一队前置到盐仓下穿通道，预计12分钟到达。", "P:1", "act"),
        ("若盐仓雨量站近1小时雨量达到70毫米，则约15:40满足防汛Ⅲ级5.5.1(2)。", "X:1", "name"),
        ("盐仓雨量站近1小时雨量52.0毫米（。", "O:1", "form"),
    ],
)
def test_what_is_left_out_may_turn_the_sense(checker: Checker, text: str, cited: str, kind: str) -> None:
    assert kind in {one.kind for one in checker.check(text, cited.split())}


@pytest.mark.parametrize(
    ("text", "source", "tells"),
    [
        ("盐仓雨量站雨量52.0毫米。", GAUGE, True),
        ("雨量52.0毫米。", GAUGE, False),
        ("盐仓雨量站雨量很大。", GAUGE, False),
        ("江畔站水位32.40米。", RIVER, False),
        ("沄江江畔站水位32.40米。", RIVER, True),
        ("风险点中告急19处、紧张5处。", PEOPLE, False),
        ("风险点中告急19处、紧张5处，应避险640人。", PEOPLE, True),
        ("目前没有生效的预警信号。", LEVEL, False),
    ],
)
def test_to_name_a_source_is_not_to_tell_it(
    checker: Checker, text: str, source: Evidence, tells: bool
) -> None:
    assert checker.tells(text, source.text) == tells


def test_templates_pass(judgments: list[Judgment], reader: Reader) -> None:
    count = 0
    for judgment in judgments:
        checker = Checker(reader, judgment.evidence)
        for sentence in sentences(judgment):
            count += 1
            assert checker.check(sentence.text, sentence.evidence) == (), sentence
    assert count > ENOUGH


def test_every_corruption_of_a_template_is_caught(
    judgments: list[Judgment], reader: Reader, city: City
) -> None:
    names = [
        *(one.name for one in city.weather.stations.values()),
        *(one.name for one in city.districts.values()),
        *(one.name for one in city.weather.shelters.values()),
        *(one.name for one in city.weather.teams.values()),
    ]
    tried: Counter[str] = Counter()
    missed: list[tuple[str, str]] = []
    for judgment in judgments[1::2]:
        checker = Checker(reader, judgment.evidence)
        for sentence in sentences(judgment):
            found = [item for corruption in corrupt.EACH for item in corruption(sentence.text)]
            for what, text in [*found, *corrupt.names(sentence.text, names)]:
                tried[what] += 1
                if not checker.check(text, sentence.evidence):
                    missed.append((what, text))
    assert missed == []
    assert sum(tried.values()) > 10 * ENOUGH
    assert min(tried[what] for what in ("number", "unit", "name", "time", "clause", "level", "act")) > 0
