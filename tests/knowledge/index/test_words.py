"""BM25 against its textbook form, and segments against the whole."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index.lexical import K1, B, LexicalSegment, rarity, weigh
from knowledge.index.merging import merge_from, merge_lexical, merge_vectors_from
from knowledge.index.postings import CHUNK, count_postings, merge_postings
from knowledge.index.ranked import best
from knowledge.index.tokens import codes, token_code, tokens

TEXTS = [
    "第一条 用人单位拖欠劳动报酬的，劳动者可以申请支付令。",
    "第二条 雨量达到１００毫米，启动Ⅳ级响应。",
    "第三条 夜间施工应当取得许可，夜间指22时至6时。",
    "。，！", "", "ABC公司与abc公司。",
]  # fmt: skip


def segment(texts: Sequence[str], mean: float | None = None, first: int = 0) -> LexicalSegment:
    postings = count_postings(texts)
    rows = np.arange(first, first + len(texts), dtype=np.int64)
    return weigh(rows, np.zeros(len(texts), np.uint32), postings, mean or float(postings.lengths.mean()))


def textbook(texts: Sequence[str], query: str) -> list[float]:
    held = [Counter(tokens(text)) for text in texts]
    lengths = [sum(counted.values()) for counted in held]
    mean = sum(lengths) / len(texts)
    scores = [0.0] * len(texts)
    for token, times in Counter(tokens(query)).items():
        df = sum(token in counted for counted in held)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for at, counted in enumerate(held):
            tf = counted[token]
            scores[at] += times * idf * tf / (tf + K1 * (1 - B + B * lengths[at] / mean))
    return scores


def scored(segments: Sequence[LexicalSegment], query: str) -> dict[int, float]:
    asked, times = np.unique(codes([query])[0], return_counts=True)
    texts = sum(len(one.rows) for one in segments)
    weights = times * rarity(texts, np.sum([one.frequencies(asked) for one in segments], axis=0))
    found: dict[int, float] = {}
    for one in segments:
        ranked = one.search(asked, weights.astype(np.float32), texts, np.ones(len(one.rows), bool))
        found |= dict(zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True))
    return found


@pytest.mark.parametrize("query", ["拖欠工资怎么办", "100毫米启动Ⅳ级", "夜间夜间施工", "ABC", "\U0001f600"])
def test_scores_are_those_of_the_textbook(query: str) -> None:
    wanted = {row: score for row, score in enumerate(textbook(TEXTS, query)) if score > 0}
    assert scored([segment(TEXTS)], query) == pytest.approx(wanted, rel=1e-5)


def test_tokens_are_characters_words_numbers_and_their_pairs() -> None:
    assert tokens("雨量１００.5mm，Ⅳ级") == [
        "雨", "量", "100.5", "mm", "Ⅳ", "级", "雨量", "量100.5", "100.5mm", "mmⅣ", "Ⅳ级",
    ]  # fmt: skip
    assert tokens("，。 \ud800") == []
    assert [token_code(token) for token in ("雨", "雨量", "雨量大", "，")] == [
        ord("雨"), ord("雨") << 32 | ord("量"), None, None,
    ]  # fmt: skip
    found = set(codes(["雨量100毫米"])[0].tolist())
    assert found == {token_code(token) for token in tokens("雨量100毫米")}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("雨量毫米响应1a，Ａ ", max_size=12), min_size=2, max_size=9), st.data())
def test_merging_segments_is_building_from_what_is_kept(texts: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(texts) - 1))
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    parts = [count_postings(texts[:cut]), count_postings(texts[cut:])]
    merged = merge_postings([(parts[0], keep[:cut]), (parts[1], keep[cut:])])
    whole = count_postings([text for text, kept in zip(texts, keep, strict=True) if kept])
    for name, array in vars(whole).items():
        assert np.array_equal(vars(merged)[name], array), name


def test_many_texts_are_counted_in_chunks() -> None:
    texts = [f"第{n}条 雨" for n in range(CHUNK + 5)]
    postings = count_postings(texts)
    assert len(postings.lengths) == len(texts)
    at = int(np.searchsorted(postings.vocabulary, ord("雨")))
    assert postings.starts[at + 1] - postings.starts[at] == len(texts)


def test_a_small_segment_scores_as_if_it_were_in_the_large_one() -> None:
    whole = scored([segment(TEXTS)], "夜间施工100毫米")
    mean = float(count_postings(TEXTS).lengths.mean())
    parts = [segment(TEXTS[:4], mean), segment(TEXTS[4:], mean, first=4)]
    assert scored(parts, "夜间施工100毫米") == pytest.approx(whole, rel=1e-6)
    everything = merge_lexical(parts, [np.ones(4, bool), np.ones(2, bool)], mean)
    assert scored([everything], "夜间施工100毫米") == pytest.approx(whole, rel=1e-6)


def test_only_allowed_rows_are_ranked_and_ties_go_to_the_earlier() -> None:
    one = segment(["雨量大", "雨量大", "雨量大", "风大"])
    asked, weights = np.array([ord("雨")], np.uint64), np.ones(1, np.float32)
    found = one.search(asked, weights, 2, np.array([False, True, True, True]))
    assert found.rows.tolist() == [1, 2]
    rows, scores = np.array([9, 3, 5, 1]), np.array([1, 2, 1, 1], np.float32)
    assert best(rows, scores, 2).rows.tolist() == [3, 1]
    assert best(rows, scores, 0).rows.tolist() == [] and len(best(rows, scores, 9)) == 4


def test_segments_merge_when_too_many_or_too_dead() -> None:
    assert merge_from([], []) is None and merge_from([60_000], [60_000]) is None
    assert merge_from([60_000, 50, 50], [60_000, 50, 50]) is None
    assert merge_from([40_000, 50], [60_000, 50]) == 0 and merge_from([60_000, 0], [60_000, 50]) == 1
    many = [60_000, 300, 50, 50, 50, 50, 50]
    assert merge_from(many, many) == 1, "the large segment stays as it is"
    assert merge_from([100] * 7, [100] * 7) == 0
    assert merge_vectors_from([150_000, 40_000], [150_000, 40_000], [True, True]) is None
    assert merge_vectors_from([150_000, 60_000], [150_000, 60_000], [True, True]) == 0
    assert merge_vectors_from([250_000, 60_000], [250_000, 60_000], [False, True]) is None
