"""Vectors on a Milvus server: what takes over where one machine ends. Needs the dependency group `milvus`.

A dense segment never changes, so it becomes one collection, written once and named after it; a position in the segment
is the primary key. A MilvusSegment stands wherever a DenseSegment does: masks, dates, filters, words and everything
above stay as they are, and its halves stay memory-mapped for feedback, for merging and for the way back.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient, MilvusException  # pyright: ignore

from knowledge.embedding import Vectors
from knowledge.errors import VectorServerProblem
from knowledge.index import dense
from knowledge.index.dense import DenseSegment
from knowledge.index.ranked import Mask, Ranked, best

PREFIX = "pingji_"
# What Milvus gives back at most for one query, and takes in one request of vectors of this length without complaint.
TOP_MOST = 16_384
INSERT_SLICE = 2_000

# pymilvus is not typed to the end.
_Client: Any = MilvusClient
_Type: Any = DataType

Nearest = Callable[[Vectors, int], tuple[NDArray[np.int64], NDArray[np.float32]]]


@dataclass(frozen=True)
class MilvusSegment(DenseSegment):
    """nearest: positions and inner products of the nearest, from the server."""

    nearest: Nearest = field(kw_only=True)

    def search(self, query: Vectors, count: int, allowed: Mask) -> Ranked:
        """As of a DenseSegment. The server knows no masks: it is asked for more, and few are looked at here."""
        left = int(np.count_nonzero(allowed))
        count = min(count, left)
        if count <= 0 or left <= dense.FEW:
            return self._compared(query, count, allowed)
        asked = count if left == len(allowed) else 2 * count * len(allowed) // left
        while True:
            asked = min(asked, len(allowed), TOP_MOST)
            found, scores = self.nearest(query, asked)
            held = allowed[found]
            if np.count_nonzero(held) >= count or asked == len(allowed):
                return best(self.rows[found[held]], scores[held], count)
            if asked == TOP_MOST:
                return self._compared(query, count, allowed)
            asked *= 4


class MilvusVectors:
    """The collections of this program in one Milvus database. Thread-safe. Raises VectorServerProblem.

    uri: http://host:19530, or a file name that ends in .db (milvus-lite, for trying it out).
    """

    def __init__(self, uri: str, token: str = "") -> None:
        self._uri = uri
        self._client = self._guarded(lambda: _Client(uri, token=token))

    def close(self) -> None:
        self._client.close()

    def serve(self, name: str, segment: DenseSegment) -> MilvusSegment:
        """The segment, searched by the server; its vectors are sent when they are not there. One caller at a time."""
        collection = PREFIX + name.replace("-", "_")
        self._guarded(lambda: self._fill(collection, segment))
        nearest = partial(self._nearest, collection)
        return MilvusSegment(segment.rows, segment.stamps, segment.halves, segment.packed, nearest=nearest)

    def keep_only(self, names: Set[str]) -> None:
        """Drop the collections of all other segments; those of other programs stay."""
        kept = {PREFIX + name.replace("-", "_") for name in names}
        for collection in self._guarded(lambda: self._client.list_collections()):
            if collection.startswith(PREFIX) and collection not in kept:
                self._guarded(lambda collection=collection: self._client.drop_collection(collection))

    def _fill(self, collection: str, segment: DenseSegment) -> None:
        if self._client.has_collection(collection):
            if self._client.get_collection_stats(collection)["row_count"] == len(segment.rows):
                self._client.load_collection(collection)
                return
            self._client.drop_collection(collection)  # its filling was interrupted
        self._create(collection, segment)
        for start in range(0, len(segment.rows), INSERT_SLICE):
            part = segment.halves[start : start + INSERT_SLICE].astype(np.float32)
            rows = [{"place": start + at, "vector": vector} for at, vector in enumerate(part)]
            self._client.insert(collection, rows)
        self._client.flush(collection)
        self._client.load_collection(collection)

    def _create(self, collection: str, segment: DenseSegment) -> None:
        """Exact up to the count that a DenseSegment is, then a graph."""
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("place", _Type.INT64, is_primary=True)
        schema.add_field("vector", _Type.FLOAT_VECTOR, dim=segment.halves.shape[1])
        exact = len(segment.rows) <= dense.EXACT_MOST
        graph = {"M": 16, "efConstruction": 200}
        index = self._client.prepare_index_params()
        index.add_index(
            "vector",
            index_type="FLAT" if exact else "HNSW",
            metric_type="IP",
            params={} if exact else graph,
        )
        self._client.create_collection(
            collection, schema=schema, index_params=index, consistency_level="Strong"
        )

    def _nearest(
        self, collection: str, query: Vectors, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        params = {"metric_type": "IP", "params": {"ef": max(64, 2 * count)}}
        data = query.reshape(1, -1).astype(np.float32)
        (found,) = self._guarded(
            lambda: self._client.search(collection, data=data, limit=count, search_params=params)
        )
        places = np.array([hit["place"] for hit in found], np.int64)
        return places, np.array([hit["distance"] for hit in found], np.float32)

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except MilvusException as error:
            raise VectorServerProblem(self._uri, str(error)) from error
