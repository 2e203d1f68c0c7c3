"""From the first token's log-probabilities to those of the choices."""

import math
from collections.abc import Mapping, Sequence

from openai.types.chat import ChatCompletion

from agents.model.errors import ModelUnusable
from agents.model.usage import Usage


def read_log_probs(answer: ChatCompletion, choices: Sequence[str], usage: Usage) -> Mapping[str, float]:
    """Natural-log probabilities normalised over `choices`.

    A token counts for the one choice it begins; choices sharing a first token cannot be told apart in one
    pass, and choices are refused (ValueError) when that happens. A choice the server did not list among its
    top tokens gets the lowest listed value: an upper bound. Raises ModelUnusable when no token matches.
    """
    weights = dict.fromkeys(choices, 0.0)
    floor = math.inf
    for token, log_prob in _top_tokens(answer):
        begun = [choice for choice in choices if token and choice.encode().startswith(token)]
        if len(begun) > 1:
            raise ValueError(f"选项 {begun} 的首个词元相同，无法一次比较；请用字母编号")
        if math.isfinite(log_prob):
            floor = min(floor, log_prob)
            if begun:
                weights[begun[0]] += math.exp(log_prob)
    if not any(weights.values()):
        raise ModelUnusable(
            "模型服务没有给出选项的对数概率；该服务不支持 choose，请改用支持 logprobs 的服务", usage
        )
    least = math.exp(floor)
    total = sum(weight or least for weight in weights.values())
    return {choice: math.log((weight or least) / total) for choice, weight in weights.items()}


def _top_tokens(answer: ChatCompletion) -> list[tuple[bytes, float]]:
    listed = answer.choices[0].logprobs if answer.choices else None
    if listed is None or not listed.content:
        return []
    # Bytes, not text: one token may be a part of a Chinese character.
    return [
        (bytes(top.bytes) if top.bytes else top.token.encode(), top.logprob)
        for top in listed.content[0].top_logprobs
    ]
