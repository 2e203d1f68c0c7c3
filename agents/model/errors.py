"""What can go wrong with a model, by who must act.

ModelError                whoever called: fall back to the rule path and mark the result degraded
├── ModelOff              nobody: this deployment runs without a model on purpose
├── ModelUnreachable      operator: start the server or correct its address
├── ModelOverloaded       operator, if it lasts: more capacity; the caller may try later
├── ModelTimeout          the caller: the answer came too late to matter
├── ModelRefused          developer or operator: the server rejects this kind of request (4xx)
└── ModelUnusable         nobody: the model answered, and the answer failed its check
SchemaUnbounded           developer: an action schema a weak model could fill forever
"""

from agents.model.usage import Usage


class ModelError(Exception):
    """A model call that brought no usable answer; `usage` is what it cost all the same."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage or Usage()


class ModelOff(ModelError):
    pass


class ModelUnreachable(ModelError):
    pass


class ModelOverloaded(ModelError):
    pass


class ModelTimeout(ModelError):
    pass


class ModelRefused(ModelError):
    pass


class ModelUnusable(ModelError):
    """The answer failed its check twice; `reply` is the last raw text, cut to 2,000 characters."""

    def __init__(self, message: str, usage: Usage | None = None, reply: str = "") -> None:
        super().__init__(message, usage)
        self.reply = reply[:2000]


class SchemaUnbounded(TypeError):
    """An action schema that is not bounded or uses what grammar compilers are known to get wrong."""
