"""A page that lists the API from its own description. FastAPI's loads scripts from elsewhere, which a city's network
and our content policy forbid."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from serving.store.tables import Json

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>平急接口</title>
<style>body{{font:15px/1.7 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}td{{padding:.2em 1em .2em 0;
vertical-align:top}}code{{font-family:monospace}}</style>
<h1>平急接口 {version}</h1>
<p>机器可读的完整说明（OpenAPI）：<a href="/openapi.json">/openapi.json</a>。出错时返回
<code>{{"error": {{"code", "message"}}}}</code>；操作人写在请求头 <code>X-Operator</code>（URL 编码）。</p>
<table>{rows}</table>"""


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> str:
    description: Json = request.app.openapi()
    rows = [
        _row(method, path, operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    return PAGE.format(version=escape(description["info"]["version"]), rows="".join(rows))


def _row(method: str, path: str, operation: Json) -> str:
    tags, what = "、".join(operation.get("tags", ())), str(operation.get("description", ""))
    cells = (f"<code>{method.upper()}</code>", f"<code>{escape(path)}</code>", escape(tags), escape(what))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
