"""One table: which error becomes which HTTP status and code. The messages are the errors' own, in Chinese."""

import logging
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agents.model.errors import ModelError
from agents.runner import CheckpointTrouble
from agents.triage.edits import EditInvalid
from knowledge.errors import CorrectionRefused, IndexProblem, KnowledgeError, NoSuchDocument
from serving.errors import (
    Conflict,
    NotFound,
    NotReady,
    OperatorMissing,
    RequestInvalid,
    ServingError,
    TooLarge,
)
from serving.faults import in_words
from serving.store.tables import Json
from tools.errors import CityError, TicketInvalid, ToolsError

log = logging.getLogger(__name__)

TABLE: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (OperatorMissing, 401, "operator_missing"),
    (TooLarge, 413, "too_large"),
    (RequestInvalid, 422, "invalid"),
    (NotReady, 503, "not_ready"),
    (ServingError, 503, "store_unavailable"),
    (CheckpointTrouble, 503, "store_unavailable"),
    (TicketInvalid, 422, "ticket_invalid"),
    (CityError, 503, "city_unavailable"),
    (ToolsError, 422, "invalid"),
    (EditInvalid, 422, "edit_invalid"),
    (NoSuchDocument, 404, "not_found"),
    (CorrectionRefused, 422, "correction_refused"),
    (IndexProblem, 503, "index_unavailable"),
    (KnowledgeError, 503, "knowledge_unavailable"),
    (ModelError, 503, "model_unavailable"),
)
"""The first class that fits wins; those above are more special than those below."""

_HTTP_WORDS = {
    404: ("not_found", "没有这个地址；接口列表见 /docs"),
    405: ("method_not_allowed", "这个地址不支持该方法；接口列表见 /docs"),
}

ERROR_BODY: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
RESPONSES: dict[int | str, Json] = {
    status: {"description": "错误", "content": {"application/json": {"schema": ERROR_BODY}}}
    for status in (400, 401, 404, 409, 413, 422, 503)
}
"""For OpenAPI: every route may answer so."""


def install_error_handlers(app: FastAPI) -> None:
    for kind in {row[0] for row in TABLE}:
        app.add_exception_handler(kind, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def error_answer(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def refused(error: Exception) -> JSONResponse:
    """The answer to one of the table's errors."""
    status, code = next((status, code) for kind, status, code in TABLE if isinstance(error, kind))
    return error_answer(status, code, str(error))


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    return refused(error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = "；".join(
        f"{_where(fault['loc'], broken=fault['type'] == 'json_invalid')}：{in_words(fault)}"
        for fault in error.errors()[:5]
    )
    broken = any(fault["type"] == "json_invalid" for fault in error.errors())
    return error_answer(400 if broken else 422, "invalid", f"请求内容有误：{faults}；请按 /docs 的格式改正")


def _where(loc: Sequence[int | str], *, broken: bool) -> str:
    """(body, text) -> text; of broken JSON pydantic tells only the character."""
    if broken:
        return f"正文第 {loc[-1]} 字"
    return ".".join(str(part) for part in loc[1:]) or str(loc[0])


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, TooLarge):  # FastAPI makes a 400 of what reading a body raises
        return refused(error.__cause__)
    code, message = _HTTP_WORDS.get(error.status_code, ("http_error", f"请求无法处理：{error.detail}"))
    return error_answer(error.status_code, code, message)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return error_answer(500, "internal", "程序内部错误；请把操作步骤和时间告诉管理员，查看日志")
