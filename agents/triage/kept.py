"""A fitted reader kept on disk, so that only a change of the pack, the code or the embedder is learnt anew.

One .npz of plain arrays: numbers, and words as fixed-width text. Nothing in it can run code (no pickle), and whatever
does not load as expected counts as absent. The file's name is the mark of everything the fit depends on.
"""

import os
import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from agents.triage.detect import RouteDetector
from agents.triage.hints import Hints
from agents.triage.learned import CatalogueModel, LabelModel
from agents.triage.reader import TicketReader
from agents.triage.recent import Recent
from agents.triage.routes import RouteModel
from agents.triage.units import RowModel, UnitModel
from knowledge.city import City
from knowledge.embedding import Embedder

Array = NDArray[Any]
Linear = TypeVar("Linear", LogisticRegression, LinearSVC)

CODE: Final = Path(__file__).parent


def reader_file(folder: Path, city: City, embedder: Embedder) -> Path:
    """Where a reader of this pack, this code and this embedder is kept."""
    digest = sha256(f"{city.fingerprint}\0{embedder.fingerprint}\0{sklearn.__version__}".encode())
    for file in sorted(CODE.glob("*.py")):
        digest.update(file.read_bytes())
    return folder / f"reader-{digest.hexdigest()[:16]}.npz"


def keep_reader(reader: TicketReader, path: Path) -> None:
    """Write what was learnt, whole or not at all; readers of another mark go. Raises OSError."""
    arrays: dict[str, Array] = {}
    for name in ("catalogue", "types", "urgencies", "units"):
        _flatten(name, getattr(reader, name), arrays)
    for name in ("routes", "second", "numbers"):
        _flatten(f"detector.{name}", getattr(reader.detector, name), arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(f".{os.getpid()}")
    try:
        with waiting.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)  # pyright: ignore[reportArgumentType] # the stub's slip
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    for older in path.parent.glob("reader-*.npz"):
        if older != path:
            older.unlink(missing_ok=True)


def kept_reader(path: Path, city: City, embedder: Embedder) -> TicketReader | None:
    """The reader kept in this file; None where there is none that loads."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _reader(dict(arrays), city, embedder)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _flatten(name: str, value: object, into: dict[str, Array]) -> None:
    """Arrays of a model, under dotted names. Hints are not learnt: they are made of the pack."""
    if isinstance(value, np.ndarray):
        into[name] = value
    elif isinstance(value, tuple):
        into[name] = np.array(value, str)
    elif isinstance(value, TfidfVectorizer):
        words: dict[str, int] = value.vocabulary_
        into[f"{name}.words"] = np.array(sorted(words, key=words.__getitem__), str)
        into[f"{name}.idf"] = value.idf_
        into[f"{name}.grams"] = np.array(value.ngram_range)
    elif isinstance(value, LogisticRegression | LinearSVC):
        for part in ("classes_", "coef_", "intercept_"):
            into[f"{name}.{part}"] = np.asarray(getattr(value, part))
    elif isinstance(value, Mapping):
        into[f"{name}.keys"] = np.array(list(value), str)  # pyright: ignore[reportUnknownArgumentType]
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            _flatten(f"{name}.{key}", item, into)
    elif is_dataclass(value) and not isinstance(value, Hints):
        for part in fields(value):
            _flatten(f"{name}.{part.name}", getattr(value, part.name), into)


def _reader(arrays: dict[str, Array], city: City, embedder: Embedder) -> TicketReader:
    hints = Hints.of(list(city.emergency_cues.values()))
    return TicketReader(
        city=city,
        catalogue=CatalogueModel(
            codes=_words(arrays, "catalogue.codes"),
            centre=arrays["catalogue.centre"],
            dense=_linear(LogisticRegression(), arrays, "catalogue.dense"),
            chars=_vectorizer(arrays, "catalogue.chars"),
            lexical=_linear(LinearSVC(), arrays, "catalogue.lexical"),
            near=arrays["catalogue.near"],
            near_codes=arrays["catalogue.near_codes"],
        ),
        types=_labels(arrays, "types"),
        urgencies=_labels(arrays, "urgencies"),
        units=_units(arrays, "units"),
        detector=RouteDetector(
            city=city,
            routes=_routes(arrays, "detector.routes", hints),
            second=_labels(arrays, "detector.second"),
            numbers=_routes(arrays, "detector.numbers", hints),
        ),
        vectors=Recent(embedder),
    )


def _labels(arrays: dict[str, Array], name: str) -> LabelModel:
    return LabelModel(
        labels=_words(arrays, f"{name}.labels"),
        centre=arrays[f"{name}.centre"],
        dense=_linear(LogisticRegression(), arrays, f"{name}.dense"),
        chars=_vectorizer(arrays, f"{name}.chars"),
        lexical=_linear(LogisticRegression(), arrays, f"{name}.lexical"),
    )


def _routes(arrays: dict[str, Array], name: str, hints: Hints) -> RouteModel:
    return RouteModel(
        labels=_words(arrays, f"{name}.labels"),
        hints=hints,
        centre=arrays[f"{name}.centre"],
        chars=_vectorizer(arrays, f"{name}.chars"),
        border=_linear(LinearSVC(), arrays, f"{name}.border"),
    )


def _units(arrays: dict[str, Array], name: str) -> UnitModel:
    rows = {
        key: RowModel(
            chars=_vectorizer(arrays, f"{name}.rows.{key}.chars"),
            lexical=_linear(LogisticRegression(), arrays, f"{name}.rows.{key}.lexical"),
            dense=_linear(LogisticRegression(), arrays, f"{name}.rows.{key}.dense"),
        )
        for key in _words(arrays, f"{name}.rows.keys")
    }
    return UnitModel(centre=arrays[f"{name}.centre"], rows=rows)


def _words(arrays: dict[str, Array], name: str) -> tuple[str, ...]:
    return tuple(arrays[name].tolist())


def _vectorizer(arrays: dict[str, Array], name: str) -> TfidfVectorizer:
    """What `learned.characters` fitted: how it was pruned matters no more."""
    low, high = arrays[f"{name}.grams"].tolist()
    made: Any = TfidfVectorizer(analyzer="char", ngram_range=(low, high), sublinear_tf=True)
    made.vocabulary_ = {word: column for column, word in enumerate(arrays[f"{name}.words"].tolist())}
    made.idf_ = arrays[f"{name}.idf"]
    return made


def _linear(made: Linear, arrays: dict[str, Array], name: str) -> Linear:
    learned = {part: arrays[f"{name}.{part}"] for part in ("classes_", "coef_", "intercept_")}
    for part, value in {**learned, "n_features_in_": learned["coef_"].shape[1]}.items():
        setattr(made, part, value)
    return made
