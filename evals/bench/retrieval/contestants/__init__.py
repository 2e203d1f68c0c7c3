"""Who takes part, and what each must be able to do. Explicit list: order is that of the table."""

from dataclasses import dataclass
from typing import Protocol


class Contestant(Protocol):
    """One retrieval stack in one process. Built as `Stack(exchange, folder, vault)`.

    follows: a process that opened it finds what another one changed, without opening it again.
    """

    follows: bool

    def build(self) -> None:
        """Index the exchange's clauses from given vectors, and save."""
        ...

    def open(self) -> None:
        """Make what was saved searchable."""
        ...

    def search(self, query: str, top: int) -> list[str]:
        """Ids of clauses, best first."""
        ...

    def add(self) -> None:
        """The exchange's added document, by the quickest way the library offers."""
        ...

    def remove(self) -> None:
        """The same document again."""
        ...

    def save(self) -> None:
        """What other processes need to find it; nothing where `add` did that."""
        ...


@dataclass(frozen=True)
class Entry:
    """module: imported only in the process that runs it. packages: whose versions the report tells.

    seen: its ranking was learned from the questions that are asked, so its quality compares with nobody's.
    """

    title: str
    module: str
    stack: str
    packages: tuple[str, ...]
    ours: bool = False
    seen: bool = False


OUR_MODULE = "evals.bench.retrieval.contestants.our_stack"
OUR_FOLDER = "ours"
CONTESTANTS = {
    "langchain": Entry(
        "LangChain EnsembleRetriever",
        "evals.bench.retrieval.contestants.langchain_stack",
        "LangChain",
        ("langchain-classic", "langchain-community", "rank-bm25", "jieba"),
    ),
    "llamaindex": Entry(
        "LlamaIndex QueryFusionRetriever",
        "evals.bench.retrieval.contestants.llamaindex_stack",
        "LlamaIndex",
        ("llama-index-core", "llama-index-retrievers-bm25", "llama-index-vector-stores-faiss"),
    ),
    "txtai": Entry(
        "txtai hybrid", "evals.bench.retrieval.contestants.txtai_stack", "Txtai", ("txtai-minimal",)
    ),
    "ours-plain": Entry("平急，不用学来的部分", OUR_MODULE, "OursUnlearned", (), ours=True),
    "ours": Entry("平急 KnowledgeBase ‡", OUR_MODULE, "Ours", (), ours=True, seen=True),
}
