"""What must not reach a model, an order or a log: personal data, and commands smuggled into citizens' words."""

from agents.privacy.injection import Span, find_injection, without
from agents.privacy.redact import Redaction, redact
from agents.privacy.spans import PiiSpan

__all__ = ["PiiSpan", "Redaction", "Span", "find_injection", "redact", "without"]
