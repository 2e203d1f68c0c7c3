"""What a server wants to be asked beyond the OpenAI protocol: vLLM's own fields, or the protocol's nearest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agents.model.chat import CHOICE_LIMIT, Priority
from agents.model.schema import Json

Dialect = Literal["vllm", "openai"]


@dataclass(frozen=True)
class Server:
    model: str
    dialect: Dialect

    def extra(self, priority: Priority, cache_salt: str | None) -> Json:
        if self.dialect != "vllm":
            return {}
        extra: Json = {"priority": int(priority), "chat_template_kwargs": {"enable_thinking": False}}
        return extra | ({"cache_salt": cache_salt} if cache_salt else {})

    def action_form(self, name: str, schema: Json) -> Json:
        """An answer that is JSON of this schema."""
        if self.dialect == "vllm":
            return {"structured_outputs": {"json": schema}}
        return {"response_format": {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}}

    def choice_form(self, choices: Sequence[str]) -> Json:
        """One of the choices, with log-probabilities."""
        form: Json = {"logprobs": True, "top_logprobs": CHOICE_LIMIT}
        return form | ({"structured_outputs": {"choice": list(choices)}} if self.dialect == "vllm" else {})
