"""What the copilot says in the clauses' own words, and what it lets no model say."""

from agents.copilot.rules import NOTHING, composed, faults

NIGHT = {
    "number": 1,
    "clause_id": "C1",
    "document": "噪声办法",
    "article": "第六条",
    "quote": "第六条　夜间施工应当取得证明。",
}
CITED = [NIGHT, {**NIGHT, "number": 2, "clause_id": "C2", "article": "5.2", "quote": "罚款1万元以上。"}]


def test_clauses_are_quoted_with_their_number_said_once() -> None:
    assert (
        composed(CITED)
        == "《噪声办法》第六条：夜间施工应当取得证明。[1]\n《噪声办法》5.2：罚款1万元以上。[2]"
    )
    assert composed([]) == NOTHING


def test_a_models_words_are_held_against_the_clauses() -> None:
    assert faults("夜间施工要证明[1]，罚款1万元以上[2]。", CITED) == []
    assert faults("要证明[3]。", CITED) == ["引用了不存在的条款[3]"]
    assert faults("罚款9万元。", CITED) == ["没有注明依据的条款", "出现条款里没有的数字 9"]
