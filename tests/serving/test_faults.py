"""What is wrong with a request, in Chinese, over the very handlers of the server."""

import warnings
from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import FastAPI

from knowledge.index.live import IndexFallback
from serving.api.errors import install_error_handlers
from serving.api.runs import NewRun
from serving.api.tickets import NewTicket
from serving.cli.main import run
from serving.errors import BadSetting
from serving.settings import load_settings


@pytest.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    app = FastAPI()
    install_error_handlers(app)

    @app.post("/tickets")
    async def ticket(new: NewTicket, limit: int = 1) -> None: ...

    @app.post("/runs")
    async def run(new: NewRun) -> None: ...

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/tickets", b"{}", 422, "text：没有填写"),
        ("/tickets", b'{"text": 1}', 422, "text：应是文字"),
        ("/tickets", b'{"text": "\\ud83d"}', 422, "text：含有无法辨认的字符"),
        ("/tickets", b'{"text": "' + b"x" * 200_001 + b'"}', 422, "text：超过 200000 字"),
        ("/tickets", b"[]", 422, "body：应是对象"),
        ("/tickets", b'{"text": oops}', 400, "正文第 9 字：不是合法的 JSON"),
        ("/tickets", b"\xff\xfe", 400, "不是合法的 JSON"),
        ("/tickets", b"", 422, "body：没有填写"),
        ("/tickets?limit=x", b'{"text": "x"}', 422, "limit：应是整数"),
        ("/runs", b'{"agent": "fly", "input": {}}', 422, "agent：只能是 'triage' 或 'ask'"),
        ("/runs", b'{"agent": "ask", "input": {"colour": 1}}', 422, "input.colour：不认识这一项"),
    ],
)
async def test_a_fault_is_told_in_chinese(
    http: httpx.AsyncClient, path: str, body: bytes, status: int, said: str
) -> None:
    answer = await http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    message = answer.json()["error"]["message"]
    assert said in message and message.endswith("请按 /docs 的格式改正"), message


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eighty", "应是整数"),
        ("PORT", "0", "不能小于 1"),
        ("LLM_EMBEDDED", "9b", "只能是 '1.5b' 或 '0.5b'"),
    ],
)
def test_a_wrong_setting_is_told_in_chinese(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"PINGJI_{name}", value)
    with pytest.raises(BadSetting, match=said) as caught:
        load_settings()
    assert f"PINGJI_{name}='{value}'" in str(caught.value)


def test_a_warning_of_ours_is_one_plain_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # put back afterwards
    assert run(["status", "--help"]) == 0
    capsys.readouterr()
    warnings.showwarning(IndexFallback("索引已损坏，暂用上一代"), IndexFallback, "live.py", 1)
    assert capsys.readouterr().err == "pingji: 提示：索引已损坏，暂用上一代\n"
    warnings.showwarning(UserWarning("of a library"), UserWarning, "some.py", 7)
    assert "some.py:7: UserWarning: of a library" in capsys.readouterr().err
