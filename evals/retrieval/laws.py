"""The national laws of the data folder: which files, which questions, and when a hit is the article asked for."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import DataBroken, DataMissing
from knowledge.clause import title_key

LOCAL = "地方法规"

_DATED = re.compile(r"(?P<title>.*?)(?:[(（](?P<date>\d{4}-\d{2}-\d{2})[)）])?")
_ARTICLE = re.compile(
    r"(?P<title>.+?)(?P<article>第[一二三四五六七八九十百千零〇两]+条(?:之[一二三四五六七八九十]+)?)"
)


class Question(BaseModel):
    """A lay person's question and the articles that answer it, as 民法典第五十四条."""

    model_config = ConfigDict(frozen=True)

    query_id: int | str
    query: str
    relevant: tuple[str, ...]

    @property
    def wanted(self) -> frozenset[str]:
        return frozenset(article_key(*split_reference(reference)) for reference in self.relevant)


@dataclass(frozen=True)
class Corpus:
    """`files` to index; `partial` when laws were left out, which makes numbers incomparable with a full run."""

    files: tuple[Path, ...]
    partial: bool


def load_questions(path: Path, limit: int | None = None) -> list[Question]:
    """Raises DataMissing, DataBroken."""
    if not path.is_file():
        raise DataMissing(
            path, "请用 --questions 指明问题文件，或用 --data 指明数据目录（其下有 stard/ 与 laws/）"
        )
    questions: list[Question] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        try:
            questions.append(Question.model_validate(json.loads(line)))
        except (ValueError, ValidationError) as error:
            raise DataBroken(path, number, str(error)) from error
    return questions[:limit]


def load_corpus(laws: Path, questions: Sequence[Question], limit: int | None = None) -> Corpus:
    """Newest version of each national law; with `limit`, those first that answer most questions.

    Raises DataMissing.
    """
    if not laws.is_dir():
        raise DataMissing(laws, "请用 --data 指明数据目录（其下有 stard/ 与 laws/）")
    newest: dict[tuple[Path, str], tuple[str, Path]] = {}
    for path in sorted(laws.rglob("*.md")):
        if path.name == "_index.md" or LOCAL in path.relative_to(laws).parts:
            continue
        title, date = title_and_date(path)
        known = newest.get((path.parent, title))
        if known is None or known[0] < date:
            newest[path.parent, title] = (date, path)
    files = [path for _, path in newest.values()]
    if limit is None or limit >= len(files):
        return Corpus(tuple(files), partial=False)
    asked = Counter(split_reference(one)[0] for question in questions for one in question.relevant)
    files.sort(key=lambda path: -asked[bare(_titled(path))])
    return Corpus(tuple(files[:limit]), partial=True)


def _titled(path: Path) -> str:
    """The civil code lies in one file a book: its folder carries the title."""
    return path.parent.name if path.parent.name == "民法典" else title_and_date(path)[0]


def title_and_date(path: Path) -> tuple[str, str]:
    """监察法(2024-12-25).md -> 监察法, 2024-12-25; an undated file counts as the oldest."""
    match = _DATED.fullmatch(path.stem)
    assert match is not None  # every part of the pattern is optional
    return match["title"], match["date"] or ""


def split_reference(reference: str) -> tuple[str, str]:
    """《中华人民共和国民法典》第五十四条 -> 民法典, 第五十四条. Raises ValueError for anything else."""
    match = _ARTICLE.fullmatch(bare(reference))
    if match is None:
        raise ValueError(f"不是“法律名第几条”的写法：{reference}")
    return match["title"], match["article"]


def bare(title: str) -> str:
    """A title without 《》, spaces and 中华人民共和国, wherever they stand in it."""
    return title_key(title).replace("中华人民共和国", "")


def article_key(title: str, article: str) -> str:
    """Equal for the same article, however its law's title is written."""
    return f"{bare(title)}|{article}"
