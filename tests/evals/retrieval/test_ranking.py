import math

import pytest

from evals.measure import Tally
from evals.retrieval.ranking import MEASURES, ndcg, recall, reciprocal_rank, tallies

RANKED = [f"c{n}" for n in range(1, 13)]


def test_recall_counts_within_the_cut() -> None:
    assert recall(RANKED, frozenset({"c3", "c7"}), 5) == 0.5
    assert recall(RANKED, frozenset({"c12"}), 10) == 0


def test_reciprocal_rank_is_of_the_first_right_one() -> None:
    assert reciprocal_rank(RANKED, frozenset({"c4", "c2"}), 10) == 0.5
    assert reciprocal_rank(RANKED, frozenset({"c11"}), 10) == 0


def test_ndcg_is_one_for_the_best_order_and_falls_with_rank() -> None:
    assert ndcg(RANKED, frozenset({"c1", "c2"}), 10) == 1
    late = ndcg(RANKED, frozenset({"c3"}), 10)
    assert late == pytest.approx(1 / math.log2(4))
    assert ndcg(RANKED, frozenset({"c11"}), 10) == 0


def test_every_leg_has_every_measure() -> None:
    counted = {
        key for leg in ("lexical", "dense", "fused") for key in tallies(leg, RANKED, frozenset({"c1"}))
    }
    assert counted == {measure.key for measure in MEASURES}
    assert tallies("fused", RANKED, frozenset({"c1"}))["fused_mrr_10"] == Tally(1)
