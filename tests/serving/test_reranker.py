"""A reranker is used past its gate only, and a wrong setting is said plainly."""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from knowledge.city import load_city
from knowledge.embedding import HttpEmbedder
from knowledge.errors import RerankerProblem
from serving.library import open_base
from serving.settings import Settings


def _open(tmp_path: Path, embedder_url: str, reranker: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", reranker=reranker)
    city = load_city(settings.pack_dir)
    open_base(settings, city, lambda: datetime.now().astimezone(), HttpEmbedder(embedder_url)).close()


def test_a_model_that_passed_no_gate_is_left_out_and_named(
    tmp_path: Path, embedder_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    with caplog.at_level(logging.WARNING):
        _open(tmp_path, embedder_url, f"st:{model}")
    assert str(model) in caplog.text and "evals.retrieval.gate" in caplog.text


@pytest.mark.parametrize("spec", ["bge", "st:/no/such/folder"])
def test_a_wrong_setting_names_itself(tmp_path: Path, embedder_url: str, spec: str) -> None:
    with pytest.raises(RerankerProblem, match=spec):
        _open(tmp_path, embedder_url, spec)
