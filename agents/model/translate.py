"""The one place where the OpenAI client's errors and numbers become ours."""

import json
from dataclasses import dataclass

import httpx2
import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from agents.model.errors import (
    ModelError,
    ModelOverloaded,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    ModelUnusable,
)
from agents.model.usage import Usage

# The client lets errors of its transport and of its JSON parser through when a body or a stream breaks.
FOREIGN = (openai.OpenAIError, httpx2.HTTPError, json.JSONDecodeError, TimeoutError)
"""All that can come out of a call to the openai package."""

_OVERLOADED = (429, 503, 529)


@dataclass(frozen=True)
class Where:
    """What an error message must say: which server, how long it had (seconds)."""

    base_url: str
    timeout: float


def translate(error: Exception, where: Where, usage: Usage | None = None) -> ModelError:
    """The ModelError for one of FOREIGN."""
    url = where.base_url
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return ModelTimeout(f"模型服务 {url} 在 {where.timeout:g} 秒内未答完；已转规则处理", usage)
    if isinstance(error, openai.APIStatusError):
        return _by_status(error, url, usage)
    if isinstance(error, openai.APIResponseValidationError | json.JSONDecodeError):
        return ModelUnusable(not_openai(url), usage)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        cause = error.__cause__ or error
        return ModelUnreachable(
            f"连不上模型服务 {url}（{cause}）；请启动它（pingji llm start）或更正地址", usage
        )
    return ModelUnusable(f"模型服务 {url} 中途报错：{error}", usage)


def not_openai(url: str) -> str:
    return f"模型服务 {url} 的回应不是 OpenAI 协议；请检查地址"


def _by_status(error: openai.APIStatusError, url: str, usage: Usage | None) -> ModelError:
    status, detail = error.status_code, str(error.message)[:300]
    if status in _OVERLOADED:
        return ModelOverloaded(f"模型服务 {url} 排队已满（{status}）；请稍后再试或增加算力", usage)
    if status >= 500:
        return ModelUnreachable(f"模型服务 {url} 内部错误（{status}）：{detail}；请查看其日志", usage)
    if status in (401, 403):
        return ModelRefused(f"模型服务 {url} 拒绝了密钥（{status}）；请检查 PINGJI_LLM_API_KEY", usage)
    if status == 404:
        return ModelRefused(
            f"模型服务 {url} 没有这个模型或路径（404）：{detail}；请检查 PINGJI_LLM_MODEL", usage
        )
    return ModelRefused(f"模型服务 {url} 不接受此请求（{status}）：{detail}", usage)


def read_usage(answer: ChatCompletion | ChatCompletionChunk) -> Usage:
    """Token counts of one answer; zeros where the server reports none."""
    counted = answer.usage
    if counted is None:
        return Usage(calls=1)
    details = counted.prompt_tokens_details
    return Usage(
        prompt=counted.prompt_tokens,
        completion=counted.completion_tokens,
        cached=(details.cached_tokens or 0) if details else 0,
        calls=1,
    )
