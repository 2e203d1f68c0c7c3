"""Hand-made tickets and decisions, and an embedder that costs nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from knowledge.embedding import Vectors

WHEN = datetime(2026, 7, 1, 8, tzinfo=UTC)


class Letters:
    """A vector counts characters: near enough to meaning for tests, and quick."""

    dimension = 64
    fingerprint = "letters-1"

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_documents


def demand(**changes: Any) -> dict[str, Any]:
    """A decided demand: 010202 to chengguan, with 010301 and 030202 as the next candidates."""
    due = {
        "contact_by": "2026-07-02T08:00:00+00:00",
        "finish_by": "2026-07-08T08:00:00+00:00",
        "rule": "一般",
    }
    return {
        "category_code": "010202",
        "main_dept_id": "chengguan",
        "co_dept_ids": [],
        "candidates": ["010202", "010301", "030202"],
        "district": "埠前区",
        "street": "鼓楼街道",
        "place_id": "PL0016",
        "summary": "占道",
        "evidence": "全堆在人行道",
        "deadline": due,
        "citations": [],
        "confidence": 0.9,
    } | changes


def gold_demand(**changes: Any) -> dict[str, Any]:
    return {
        "category_code": "010202",
        "main_dept_id": "chengguan",
        "co_dept_ids": ["jiedao"],
        "district": "埠前区",
        "street": "鼓楼街道",
        "place_id": "PL0016",
        "evidence": "全堆在人行道",
    } | changes


TEXT = "鼓楼巷修摩托的那家，轮胎油桶全堆在人行道，我是王小明，电话13800000000。"
