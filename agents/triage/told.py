"""A caller's words as the steps see them: without commands to the system, and each demand as others may read it."""

from agents.privacy import Redaction, find_injection, without
from agents.triage.state import Part, TriageState

FEWEST = 5
"""Characters that must be left for a text to have a matter beside its command."""

PUNCTUATION = " \t\n，。！？；：、,.!?;:…-—\"'“”（）()【】[]{}<>`"

NOISE = ("name", "phone", "id_card", "bank_card", "email")
"""Personal data that says nothing about the matter; an address and a plate may."""


def plain(state: TriageState) -> str:
    """The caller's words without commands to the system and without noise, blanked so that every offset holds."""
    text: str = state["ticket"]["text"]
    text = without(text, find_injection(text))
    for item in state["pii"]:
        if item["kind"] in NOISE:
            text = text[: item["start"]] + " " * (item["end"] - item["start"]) + text[item["end"] :]
    return text


def worded(part: Part, redaction: Redaction) -> Part:
    """The part with its evidence as the caller said it, blanks filled again, and as others may read it."""
    start, end = part["said"]
    return {**part, "evidence": redaction.original[start:end], "summary": redaction.view(start, end)}


def judged(state: TriageState) -> tuple[str, bool]:
    """The words that routes are judged by: a ticket that is nothing but a command is judged by the command."""
    text = plain(state)
    only_command = len(text.strip(PUNCTUATION)) < FEWEST
    return (state["ticket"]["text"], True) if only_command else (text, False)
