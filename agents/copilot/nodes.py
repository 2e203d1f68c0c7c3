"""Redact, search, answer: the model words what the clauses say, and a check decides whether its words may stand."""

import asyncio
from datetime import date

from langgraph.runtime import Runtime

from agents.copilot import rules
from agents.copilot.context import AskContext
from agents.copilot.decision import Answer
from agents.copilot.state import AskState, Json
from agents.model.chat import Priority
from agents.model.errors import ModelError, ModelOff
from agents.privacy import redact
from prompts.loader import render

Run = Runtime[AskContext]
MAX_TOKENS = 220


async def search(state: AskState, runtime: Run) -> Json:
    """Clauses in force on the day; the question is redacted first, as it may repeat what a caller said."""
    context = runtime.context
    question = redact(state["question"], caller_name=None, city=context.city).text
    runtime.stream_writer({"type": "step.started", "name": "search", "title": "检索知识库"})
    hits = await asyncio.to_thread(
        context.knowledge.search, question, date.fromisoformat(state["as_of"]), rules.SHOWN
    )
    runtime.stream_writer({"type": "retrieved", "clause_ids": [hit.clause_id for hit in hits]})
    cited = await asyncio.to_thread(rules.quoted, context.knowledge, hits, question)
    return {"redacted": question, "hits": cited}


async def answer(state: AskState, runtime: Run) -> Json:
    """The model's answer if it passes the check, else the clauses themselves."""
    context, write, cited = runtime.context, runtime.stream_writer, state["hits"]
    text, model, degraded = rules.composed(cited), None, False
    if cited and context.write:
        try:
            worded = await _worded(state, runtime)
            troubles = rules.faults(worded, cited)
            if troubles:
                degraded = True
                write({"type": "degraded", "step": "answer", "why": "；".join(troubles)})
            else:
                text, model = worded, context.model.name
        except ModelOff:
            model = None
        except ModelError as error:
            degraded = True
            write({"type": "degraded", "step": "answer", "why": str(error)})
    if model is None and not degraded:  # after a failed attempt the outcome's text replaces what was streamed
        write({"type": "text.delta", "field": "answer", "text": text})
    found = Answer.model_validate(
        {
            "question": state["redacted"],
            "text": text,
            "citations": cited,
            "degraded": degraded,
            "model": model,
        }
    ).model_dump(mode="json")
    write({"type": "outcome", "kind": "answered", "answer": found})
    return {"answer": found}


async def _worded(state: AskState, runtime: Run) -> str:
    """The model's words, streamed as they come. Raises ModelError."""
    context, said = runtime.context, ""
    prompt = render("ask", question=state["redacted"], clauses=state["hits"])
    async for delta in context.model.stream(
        prompt.messages, priority=Priority.OPERATOR, timeout=context.timeout, max_tokens=MAX_TOKENS
    ):
        said += delta.text
        if delta.text:
            runtime.stream_writer({"type": "text.delta", "field": "answer", "text": delta.text})
    return said.strip()
