"""HTTP to the city: one request out, one bounded body back; foreign failures are translated only here."""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree

import httpx
from pydantic import ValidationError

from tools.address import shown_address
from tools.errors import CityBroken, CityError, CityRefused, CityUnreachable

BODY_MAX: Final = 20_000_000  # bytes of one answer
Format = Literal["json", "xml"]

# Elements whose children are a list, whatever the children are called (GeoReport v2).
_LISTS: Final = frozenset({"services", "service_requests", "attributes", "values", "errors"})
_WAITING: Final = frozenset({408, 425, 429})
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Answer:
    """A 2xx answer: header names in lower case, the whole body."""

    headers: Mapping[str, str]
    body: bytes


async def send(
    http: httpx.AsyncClient,
    method: Literal["GET", "POST"],
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str | list[str]] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    limit: int = BODY_MAX,
) -> Answer:
    """One attempt, with a form or with a JSON `body`; `limit` is the answer's largest size in bytes.

    Raises CityUnreachable, CityRefused or CityBroken; never an httpx error.
    """
    where = shown_address(f"{method} {url}")
    with translated(where):
        async with http.stream(method, url, params=params, data=form, json=body, headers=headers) as response:
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > limit:
                    raise CityBroken(
                        f"{where} 的回复超过 {limit} 字节；请联系城市平台缩小回复", maybe_done=True
                    )
        _require_success(where, response, bytes(received))
        return Answer(headers=dict(response.headers), body=bytes(received))


@contextmanager
def translated(where: str) -> Generator[None]:
    """Turn what httpx, JSON, XML and pydantic raise inside the block into the package's own errors."""
    where = shown_address(where)
    try:
        yield
    except CityError:
        raise
    except _NOT_SENT as error:
        raise CityUnreachable(
            f"{where} 连不上（{error or type(error).__name__}）；请检查地址和网络", retryable=True
        ) from error
    except httpx.DecodingError as error:
        raise CityBroken(
            f"{where} 的回复压缩格式有误；请联系城市平台", retryable=True, maybe_done=True
        ) from error
    except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise CityUnreachable(
            f"{where} 中途断开或超时（{type(error).__name__}）；稍后重试", retryable=True, maybe_done=True
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CityUnreachable(f"{where} 发不出去（{error}）；请检查城市平台地址的写法") from error
    except (ElementTree.ParseError, ValueError, RecursionError) as error:  # a ValidationError too
        raise CityBroken(
            f"{where} 的回复不合约定（{_reason(error)}）；反复出现请联系城市平台",
            retryable=True,
            maybe_done=True,
        ) from error


def _reason(error: Exception) -> str:
    """What was wrong, without the values: they may be a citizen's words."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "；".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults)[:200]
    return str(error)[:200]


def parsed(body: bytes, form: Format) -> object:
    """A body as plain lists, mappings and strings; XML and JSON of the same content give the same shape.

    Raises ValueError or ElementTree.ParseError: call it inside `translated`.
    """
    if form == "json":
        return json.loads(body)
    if b"<!DOCTYPE" in body:
        raise ValueError("XML 里有 DOCTYPE 声明")
    return _plain(ElementTree.fromstring(body))


def _plain(element: ElementTree.Element) -> object:
    if element.tag in _LISTS:
        return [_plain(child) for child in element]
    if len(element):
        return {child.tag: _plain(child) for child in element}
    return element.text or ""


def _require_success(where: str, response: httpx.Response, body: bytes) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in _WAITING or status >= 500:
        raise CityUnreachable(
            f"{where} 返回 {status}；城市平台暂不可用，稍后重试",
            retryable=status not in (501, 505),
            maybe_done=status >= 500,
            retry_after_s=_retry_after(response),
        )
    if status >= 400:
        code, description = _refusal(response, body)
        raise CityRefused(
            f"{where} 被拒绝（{code}：{description}）；请更正所送内容或密钥",
            code=code,
            description=description,
        )
    raise CityBroken(f"{where} 返回 {status}，不在约定之内；请检查城市平台地址")


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _refusal(response: httpx.Response, body: bytes) -> tuple[int, str]:
    """The first [{code, description}] of an error body; the status and the body's start when it has none."""
    form: Format = "xml" if "xml" in response.headers.get("content-type", "") else "json"
    try:
        found = parsed(body, form)
    except (ValueError, ElementTree.ParseError, RecursionError):
        found = None
    first = found[0] if isinstance(found, Sequence) and not isinstance(found, str) and found else None
    if isinstance(first, Mapping) and first.get("description"):
        code = str(first.get("code", ""))
        return (int(code) if code.isdigit() else response.status_code), str(first["description"])
    return response.status_code, body[:200].decode(errors="replace") or response.reason_phrase
