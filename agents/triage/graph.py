"""Wiring of the triage graph: which step follows which. The work is in `nodes.py` and `effects.py`."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.triage import effects, nodes
from agents.triage.context import TriageContext
from agents.triage.state import TriageState

TriageGraph = CompiledStateGraph[TriageState, TriageContext, TriageState, TriageState]

ANALYSIS = (
    ("redact", nodes.redact),
    ("detect", nodes.detect),
    ("understand", nodes.understand),
    ("candidates", nodes.candidates),
    ("clauses", nodes.clauses),
    ("decide", nodes.decide),
    ("rules", nodes.rules_),
    ("duplicates", nodes.duplicates),
    ("draft", nodes.draft),
    ("check", nodes.check),
)
"""The steps up to the draft, in order. Batch triage and evaluation run just these."""


def build_analysis() -> TriageGraph:
    """The graph without effects: ends with a checked decision, keeps no checkpoint."""
    graph = _analysis()
    graph.add_edge("check", END)
    return graph.compile(name="triage-analysis")


def build_triage(checkpointer: BaseCheckpointSaver[Any]) -> TriageGraph:
    """The whole path: analysis, a person's approval, dispatch through the outbox, record."""
    graph = _analysis()
    graph.add_node("approval", effects.approval)
    graph.add_node("apply", effects.apply)
    graph.add_node("dispatch", effects.dispatch)
    graph.add_node("record", effects.record)
    graph.add_edge("check", "approval")
    graph.add_edge("approval", "apply")
    graph.add_conditional_edges("apply", effects.after_approval, ["dispatch", "record"])
    graph.add_edge("dispatch", "record")
    graph.add_edge("record", END)
    return graph.compile(checkpointer=checkpointer, name="triage")


def _analysis() -> StateGraph[TriageState, TriageContext, TriageState, TriageState]:
    graph = StateGraph(TriageState, context_schema=TriageContext)
    previous = START
    for name, node in ANALYSIS:
        graph.add_node(name, node)  # pyright: ignore[reportArgumentType] # its protocol wants a bare function
        graph.add_edge(previous, name)
        previous = name
    return graph
