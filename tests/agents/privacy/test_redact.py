from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.privacy import redact
from agents.privacy.digits import as_digits
from agents.privacy.written import emails
from knowledge.city import City, load_city

CITY = load_city(Path(__file__).parents[3] / "knowledge" / "city" / "yunzhou")


def found(text: str, city: City = CITY, caller: str | None = None) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in redact(text, caller_name=caller, city=city).spans]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("打我电话13987654321就行", "phone", "13987654321"),
        ("电话139 8765 4321", "phone", "139 8765 4321"),
        ("电话139-8765-4321", "phone", "139-8765-4321"),
        ("手机１３９８７６５４３２１", "phone", "１３９８７６５４３２１"),
        ("记一下，幺三九八七六五四三二幺", "phone", "幺三九八七六五四三二幺"),
        ("号码是一三九，八七六五，四三二一", "phone", "一三九，八七六五，四三二一"),
        ("一三九、嗯、八七六五、四三二一，记住了没", "phone", "一三九、嗯、八七六五、四三二一"),
        ("我号码139三个8七六五四三", "phone", "139三个8七六五四三"),
        ("+86 13987654321", "phone", "+86 13987654321"),
        ("座机0731-85551234，白天有人", "phone", "0731-85551234"),
        ("家里电话是8555123", "phone", "8555123"),
        ("身份证99030219980823116X", "id_card", "99030219980823116X"),
        ("身份证990302 19980823 116x", "id_card", "990302 19980823 116x"),
        ("证号九九零三零二一九九八零八二三一一六X", "id_card", "九九零三零二一九九八零八二三一一六X"),
        ("身份证号990302199808231169，我念错没", "id_card", "990302199808231169"),
        ("老身份证430105650312062", "id_card", "430105650312062"),
        ("卡号6228 4804 0256 4890 117", "bank_card", "6228 4804 0256 4890 117"),
        ("车牌湘A12345", "plate", "湘A12345"),
        ("车号湘A·D12345是新能源", "plate", "湘A·D12345"),
        ("车牌鄂a·9k88挂，大货车", "plate", "鄂a·9k88挂"),
        ("粤B一二三四五", "plate", "粤B一二三四五"),
        ("发我邮箱 li.si_88@mail.example.com 谢谢", "email", "li.si_88@mail.example.com"),
        ("邮箱是lisi艾特qq点com", "email", "lisi艾特qq点com"),
        ("住8栋2单元602", "address", "8栋2单元602"),
        ("在3号楼1501室", "address", "3号楼1501室"),
        ("就是十二栋三单元四楼", "address", "十二栋三单元四楼"),
        ("家在6排3号", "address", "6排3号"),
        ("我家12号院3门", "address", "12号院3门"),
        ("青竹苑5栋1103漏水", "address", "青竹苑5栋1103"),
        ("我是1203的业主", "address", "1203"),
        ("住8-2-602", "address", "8-2-602"),
        ("我叫崔小燕，住这边", "name", "崔小燕"),
        ("我是欧阳明，昨天打过", "name", "欧阳明"),
        ("联系人：诸葛青云，白天都在", "name", "诸葛青云"),
        ("姓名 文静", "name", "文静"),
        ("请找郑秀兰女士核实", "name", "郑秀兰"),
        ("我儿子叫谢国栋，今年九岁", "name", "谢国栋"),
        ("什么时候来修？崔建国，13987654321", "name", "崔建国"),
        ("请尽快处理。丁晓梅", "name", "丁晓梅"),
        ("投诉人是潘志远，电话另给", "name", "潘志远"),
    ],
)
def test_personal_data_is_found_whole(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "订单号20260518123456789012，一直不退",
        "合同编号 990302-2026-0518",
        "张师傅让我找李主任，王经理不在",
        "欠我三万五千六百七十八块",
        "打12345不如打110，客服4008001234也不接",
        "建设路25号那家店，2026年5月18日",
        "103路公交，201路也一样，等了40分钟",
        "医院3号楼5楼缴费窗口排长队",
        "人民路和文昌路路口，江边的高楼",
        "找施工单位，找物业，找房东，都不管",
        "我叫他们来修，叫物业也没用，叫不醒人",
        "我是车主，我是程序员，我是高中生家长",
        "麻烦，谢谢，方便的话，马上，安全第一",
        "这套房子120平，单价13800，总价1656000元",
        "一栋楼有三个单元都停水了",
    ],
)
def test_what_is_nobodys_data_stays(text: str) -> None:
    assert found(text) == []


def test_office_numbers_stay() -> None:
    for unit in CITY.departments.values():
        assert found(f"我打过{unit.hotline_phone}，没人接") == []


def test_same_value_same_placeholder() -> None:
    text = "我电话13987654321，再说一遍139 8765 4321；他的是13812345678"
    result = redact(text, caller_name=None, city=CITY)
    assert result.text == "我电话【手机号1】，再说一遍【手机号1】；他的是【手机号2】"


def test_the_callers_name_is_hidden_wherever_it_stands() -> None:
    result = redact("前天是方圆打的，今天还是方圆", caller_name="方圆", city=CITY)
    assert "方圆" not in result.text
    assert result.text.count("【姓名1】") == 2


def test_a_view_never_shows_half_a_number() -> None:
    text = "电话13987654321，请回"
    result = redact(text, caller_name=None, city=CITY)
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            view = result.view(start, end)
            assert not any(text[2 + i : 6 + i] in view for i in range(8))
    assert result.view(0, len(text)) == result.text
    assert result.view(13, 16) == text[13:16]


@given(st.text(max_size=200))
def test_any_text_is_survived_and_spans_are_its_pieces(text: str) -> None:
    result = redact(text, caller_name=None, city=CITY)
    end = 0
    for span in result.spans:
        assert span.start >= end
        assert text[span.start : span.end] == span.text
        end = span.end


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-", "、", "，"]),
    st.booleans(),
    st.text(alphabet="的一是路灯坏了，。修", max_size=10),
)
def test_no_phone_leaks(number: str, gap: str, spoken: bool, around: str) -> None:
    shown = number.translate(str.maketrans("0123456789", "零幺二三四五六七八九")) if spoken else number
    written = gap.join((shown[:3], shown[3:7], shown[7:]))
    result = redact(f"{around}。我的电话：{written}。{around}", caller_name=None, city=CITY)
    assert number not in as_digits("".join(c for c in result.text if c.isalnum()))


@pytest.mark.parametrize("run", ["a", "1", "a.", "a@", "张", "3号楼"])
def test_long_runs_are_searched_in_one_go(run: str) -> None:
    """With a search that is quadratic anywhere this takes minutes, and the server stands still meanwhile."""
    text = run * (100_000 // len(run))
    assert not list(emails(text))
    assert redact(text, caller_name=None, city=CITY).original == text
