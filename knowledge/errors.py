"""Errors of the knowledge package, named by who must act.

KnowledgeError
├── CityPackError        the keeper of a city pack: its files contradict each other or don't parse
└── CalendarError        the keeper of a city pack: a year's holidays are not known
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class KnowledgeError(Exception):
    """Root of everything this package raises on purpose."""


class DocumentUnreadable(KnowledgeError):
    """One file cannot become clauses. Others go on."""

    def __init__(self, path: Path, reason: str, what_to_do: str) -> None:
        super().__init__(f"{path}：{reason}。{what_to_do}。")
        self.path = path
        self.reason = reason
        self.what_to_do = what_to_do


class BrokenCitation(KnowledgeError):
    """A citation does not stand. `part` is the first field that fails: clause_id, version, quote, …"""

    def __init__(self, clause_id: str, part: str, what: str) -> None:
        super().__init__(f"引用 {clause_id} 不成立（{part}）：{what}。请按条款原文重新引用。")
        self.clause_id = clause_id
        self.part = part


class NoSuchDocument(KnowledgeError):
    """No document or clause has this id."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"知识库中没有 {wanted}。请用 pingji kb list 查看现有文件。")
        self.wanted = wanted


class CorrectionRefused(KnowledgeError):
    """A person set a field that doesn't exist, or to what it can't hold. Nothing was changed."""

    def __init__(self, document: str, what: str) -> None:
        super().__init__(f"文件 {document} 未更正：{what}。")
        self.what = what


class IndexProblem(KnowledgeError):
    """The derived index can't be used; the documents themselves are safe."""


class IndexMissing(IndexProblem):
    """Documents may be there, but no index was ever published."""

    def __init__(self, where: Path) -> None:
        super().__init__(
            f"索引 {where} 尚未建立。请先运行 pingji kb add 导入文件，再运行 pingji kb publish。"
        )


class IndexMismatch(IndexProblem):
    """The index holds vectors of another embedder: its distances would mean nothing."""

    def __init__(self, where: Path, built_by: str, running: str) -> None:
        super().__init__(
            f"索引 {where} 由向量模型 {built_by} 建立，当前模型为 {running}。"
            "请运行 pingji kb publish 重建索引，或改回原来的 PINGJI_EMBEDDER。"
        )


class IndexOutdated(IndexProblem):
    """The index was built by another version of the program."""

    def __init__(self, where: Path) -> None:
        super().__init__(
            f"索引 {where} 由旧版程序建立。请运行 pingji kb publish 重建索引（向量已缓存，不必重算）。"
        )


class IndexBroken(IndexProblem):
    """No kept generation passes its checksums."""

    def __init__(self, where: Path, what: str) -> None:
        super().__init__(f"索引 {where} 已损坏：{what}。请运行 pingji kb publish 重建索引。")


class VectorServerProblem(IndexProblem):
    """The Milvus server refuses, does not answer, or can't be asked. The vectors are on our own disk too."""

    def __init__(
        self, uri: str, what: str, what_to_do: str = "请确认 Milvus 已启动、PINGJI_VECTORS 的地址与口令正确"
    ) -> None:
        super().__init__(f"向量服务 {uri} 无法使用：{what}。{what_to_do}。")


class EmbedderProblem(KnowledgeError):
    """The embedder can't be opened or does not answer."""

    def __init__(self, spec: str, what: str, what_to_do: str) -> None:
        super().__init__(f"向量模型 {spec}：{what}。{what_to_do}。")
        self.spec = spec


class RerankerProblem(KnowledgeError):
    """The reranker can't be opened."""

    def __init__(self, spec: str, what: str, what_to_do: str) -> None:
        super().__init__(f"重排模型 {spec}：{what}。{what_to_do}。")
        self.spec = spec


class StorageProblem(KnowledgeError):
    """The disk or the database refuses."""


class StoreLocked(StorageProblem):
    """Another process kept the database locked for longer than we wait."""

    def __init__(self, where: Path) -> None:
        super().__init__(f"数据库 {where} 正被另一个进程占用。请等它结束，或停掉多余的 pingji 进程后重试。")


class StoreDamaged(StorageProblem):
    """SQLite says the file is not a sound database."""

    def __init__(self, where: Path, what: str) -> None:
        super().__init__(f"数据库 {where} 无法使用：{what}。请从备份恢复该文件，或移走它后重新导入文件。")


class DiskFull(StorageProblem):
    """No space left. What was written before stays sound."""

    def __init__(self, where: Path) -> None:
        super().__init__(f"磁盘空间不足，无法写入 {where}。请清理磁盘后重试，已有数据未受影响。")


@dataclass(frozen=True)
class Problem:
    """One mistake in a city pack: which file, where in it, what is wrong, what to do."""

    file: str
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}，{self.where}：{self.what}。{self.fix}。"


class CityPackError(KnowledgeError):
    """A city pack can't be used. Carries every problem found, so that one round of editing is enough."""

    def __init__(self, root: Path, problems: Sequence[Problem]) -> None:
        self.root = root
        self.problems = tuple(problems)
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        super().__init__(f"城市数据包 {root} 有 {len(self.problems)} 处问题：\n{listed}")


class CalendarError(KnowledgeError):
    """No source knows the holidays of the year asked about."""
