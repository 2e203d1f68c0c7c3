"""Where vectors are searched: PINGJI_VECTORS is `embedded` (in this process) or `milvus:URI`."""

from knowledge.errors import VectorServerProblem
from knowledge.index.segments import VectorServer

EMBEDDED = "embedded"


def open_vectors(spec: str, token: str = "") -> VectorServer | None:
    """None: in this process. URI: http://host:19530, or a file name ending in .db (milvus-lite, to try it out).

    Raises VectorServerProblem.
    """
    if spec == EMBEDDED:
        return None
    kind, _, uri = spec.partition(":")
    if kind != "milvus" or not uri:
        fix = "请把 PINGJI_VECTORS 设为 embedded（本机）或 milvus:http://主机:19530"
        raise VectorServerProblem(spec, "写法无法识别", fix)
    try:
        # pymilvus is an optional group: only a server that is asked for may load it.
        from knowledge.index.milvus import MilvusVectors  # noqa: PLC0415
    except ImportError as error:
        fix = "请安装依赖组 milvus（pip install --group milvus），或把 PINGJI_VECTORS 设为 embedded"
        raise VectorServerProblem(spec, "没有安装 pymilvus", fix) from error
    return MilvusVectors(uri, token)
