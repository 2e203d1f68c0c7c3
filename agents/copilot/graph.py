"""Wiring of the copilot's graph."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.copilot import nodes
from agents.copilot.context import AskContext
from agents.copilot.state import AskState


def build_ask(
    checkpointer: BaseCheckpointSaver[Any],
) -> CompiledStateGraph[AskState, AskContext, AskState, AskState]:
    """Question in, answer with checked citations out."""
    graph = StateGraph(AskState, context_schema=AskContext)
    graph.add_node("search", nodes.search)
    graph.add_node("answer", nodes.answer)
    graph.add_edge(START, "search")
    graph.add_edge("search", "answer")
    graph.add_edge("answer", END)
    return graph.compile(checkpointer=checkpointer, name="ask")
