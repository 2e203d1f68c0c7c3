"""Sentences of our own, by what makes each hard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.city import City, Geocoder

EXACT = [
    # the longer name wins; near names stay apart
    ("滨江路积水了", "PL0001"),
    ("滨江大道积水了", "PL0060"),
    ("江滨路积水了", "PL0148"),
    ("学府路上全是小吃摊", "PL0198"),
    ("学府街上全是小吃摊", "PL0069"),
    ("东方花园停水", "PL0063"),
    ("东方花苑停水", "PL0151"),
    ("东方花园小区停水", "PL0063"),
    ("石桥社区的路灯不亮", "PL0043"),
    ("石桥村的路灯不亮", "PL0229"),
    ("中山路小学门口乱停车", "PL0009"),
    ("老中山路小学门口乱停车", "PL0009"),
    ("银河路站的扶梯停了", "PL0212"),
    ("市一医院挂不上号", "PL0008"),
    ("市一医院新院挂不上号", "PL0097"),
    ("沄州站出站口有黑车", "PL0047"),
    ("沄州北站出站口有黑车", "PL0113"),
    ("沄州南站出站口有黑车", "PL0091"),
    ("沙湖水面漂着死鱼", "PL0248"),
    # one name, several districts: something else in the text decides
    ("云岭县解放路路灯坏了", "PL0220"),
    ("解放路路灯坏了，云岭的", "PL0220"),
    ("解放路路灯坏了，鼓楼这边", "PL0013"),
    ("开发区建设路有个大坑", "PL0191"),
    ("建设路有个大坑，我说的是南浦区", "PL0149"),
    ("青年路，鼓楼站往东六十米，划了两个泊位", "PL0015"),
    ("青年路靠近枫林路那头没有路灯", "PL0108"),
    ("沙湖人民路天天堵", "PL0243"),
    ("云岭县医院挂号要排两个小时", "PL0223"),
    ("县医院挂号要排两个小时，我在沙湖", "PL0245"),
    # what the caller tells beside the place of the matter
    ("我家住盐仓社区，今天在中山路看见井盖没了", "PL0003"),
    ("去青峦山公园的路上，枫林路有棵树倒了", "PL0116"),
    ("我在望江站坐地铁往金穗站方向，扶梯停了", "PL0064"),
    ("北营社区的，我要说建材城的噪声，北营建材市场天天切割", "PL0140"),
    ("我妈户口在云岭县，想在市中医院做手术", "PL0040"),
    # no name at all but the area and the kind
    ("盐仓那个下穿全是水", "PL0029"),
    ("枫林的桥洞淹了", "PL0119"),
    ("龙潭水库放水没人通知", "PL0234"),
    # everyday words, in a locative phrase or confirmed by the area
    ("在一中门口堵了半小时", "PL0022"),
    ("石桥街道的早市太吵", "PL0048"),
    ("盐仓菜场旁边这个桥洞子全是水", "PL0029"),
    # misheard
    ("市中意院挂号排队", "PL0040"),
    ("盐苍街路灯坏了", "PL0025"),
]


@pytest.mark.parametrize(("text", "place_id"), EXACT)
def test_exact(geocoder: Geocoder, city: City, text: str, place_id: str) -> None:
    location = geocoder.locate(text)
    place = city.places[place_id]
    assert location.status == "exact"
    assert location.place == place
    assert (location.district, location.street) == (place.district, place.street)


AMBIGUOUS = [
    ("解放路的路灯坏了", {"埠前区", "云岭县"}),
    ("建设路有个坑", {"埠前区", "南浦区"}),
    ("青年路没有斑马线", {"埠前区", "青峦区"}),
    ("人民路修了半年", {"埠前区", "沙湖县"}),
    ("县医院挂不上号", {"云岭县", "沙湖县"}),
    ("文昌阁的厕所太脏", {"埠前区"}),
]


@pytest.mark.parametrize(("text", "districts"), AMBIGUOUS)
def test_ambiguous_lists_the_choices(geocoder: Geocoder, text: str, districts: set[str]) -> None:
    location = geocoder.locate(text)
    assert location.status == "ambiguous"
    assert location.place is None
    assert len(location.candidates) == 2
    assert {place.district for place in location.candidates} == districts
    assert location.question
    assert all(
        place.name in location.question and place.street in location.question for place in location.candidates
    )


def test_ambiguous_keeps_what_the_candidates_share(geocoder: Geocoder) -> None:
    location = geocoder.locate("文昌阁的厕所太脏")
    assert (location.district, location.street) == ("埠前区", "文昌街道")


@pytest.mark.parametrize(
    "text", ["早市太吵了", "桥洞子淹了", "宫里漏水", "在区政府门口等了一天", "有人掉在江里"]
)
def test_an_everyday_word_alone_is_confirmed(geocoder: Geocoder, text: str) -> None:
    location = geocoder.locate(text)
    assert location.status == "ambiguous"
    assert len(location.candidates) == 1
    assert (location.district, location.street) == (None, None)
    assert location.question and location.question.endswith("吗？")


AREAS = [
    ("望江路派出所的态度差", "望澜区", "望江街道"),
    ("中山路幼儿园门口乱停车", "埠前区", "江畔街道"),
    ("望江路站的闸机坏了", "望澜区", "望江街道"),
    ("芦洲乡的补贴没到账", "沙湖县", "芦洲乡"),
    ("鼓楼那座人行天桥没有灯", "埠前区", "鼓楼街道"),
    ("经开区有人偷排", "沄州经开区", None),
    ("沄州经开区的企业不发工资", "沄州经开区", None),
    ("南浦图书馆关门太早", "南浦区", None),
    ("云岭县里的低保怎么办", "云岭县", None),
]


@pytest.mark.parametrize(("text", "district", "street"), AREAS)
def test_area_only(geocoder: Geocoder, text: str, district: str, street: str | None) -> None:
    location = geocoder.locate(text)
    assert location.status == "district_only"
    assert (location.district, location.street, location.place) == (district, street, None)
    assert location.question


@pytest.mark.parametrize(
    "text", ["", "公积金怎么提取", "中小企业贷款难", "中小学几号放假", "我要去医院", "解放路幼儿园乱收费"]
)
def test_nothing_is_invented(geocoder: Geocoder, text: str) -> None:
    location = geocoder.locate(text)
    assert (location.status, location.district, location.place) == ("none", None, None)
    assert location.question


def test_evidence_decides_between_two_matters(geocoder: Geocoder) -> None:
    text = "枫林路的路灯全黑了。还有松泉河漂着垃圾。"
    assert geocoder.locate(text, "路灯全黑了").place == geocoder.locate("枫林路").place
    assert geocoder.locate(text, "漂着垃圾").place == geocoder.locate("松泉河").place


def test_a_place_only_gone_to_is_not_where_the_matter_is(geocoder: Geocoder) -> None:
    text = "房贷一直在交，房子停工一年了。业主们说要去市府大院门口。"
    assert geocoder.locate(text, "房子停工一年了").status == "none"


def test_evidence_from_elsewhere_is_ignored(geocoder: Geocoder) -> None:
    assert geocoder.locate("枫林路黑了", "不在文里") == geocoder.locate("枫林路黑了")


def test_homophone_is_asked_back(geocoder: Geocoder) -> None:
    location = geocoder.locate("市中意院挂号排队")
    assert location.question and "市中意院" in location.question
    assert location.mentions[0].strength == "sound"


def test_every_official_name_is_found_in_its_street(geocoder: Geocoder, city: City) -> None:
    for place in city.places.values():
        location = geocoder.locate(f"{place.district}{place.street}{place.name}有问题")
        assert location.place == place, place


def test_every_alias_is_found_in_its_street(geocoder: Geocoder, city: City) -> None:
    missed = [
        alias
        for place in city.places.values()
        for alias in place.aliases
        if geocoder.locate(f"在{place.district}{place.street}，{alias}那边有问题").place != place
    ]
    # 文昌阁 is two places of one street: nothing but asking helps.
    assert missed == ["文昌阁", "文昌阁"]


WORDS = st.sampled_from(
    [
        "滨江路",
        "解放路",
        "文昌阁",
        "盐仓",
        "桥洞",
        "去",
        "我家住",
        "，",
        "。",
        "小学",
        "站",
        "云岭县",
        "县医院",
        "早市",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=12).map("".join), st.text(max_size=4))
def test_any_text_gives_a_sound_location(geocoder: Geocoder, text: str, near: str) -> None:
    location = geocoder.locate(text, near)
    for mention in location.mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.candidates
    if location.span:
        start, end = location.span
        assert 0 <= start < end <= len(text)
    assert (location.place is not None) == (location.status == "exact")
    assert (location.status in ("exact", "ambiguous")) == bool(location.candidates)
    assert (location.status == "none") == (location.span is None)
    assert location.question is not None or location.status == "exact"
    if location.place:
        assert (location.district, location.street) == (location.place.district, location.place.street)
