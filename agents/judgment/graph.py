"""Wiring of the judgment graph: which step follows which. The work is in `nodes.py`.

No interrupt inside: a judgment is advice. Signing it is a decision of its own, by a named person, at the server.
"""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.judgment import nodes
from agents.judgment.context import JudgmentContext
from agents.judgment.state import JudgmentState

JudgmentGraph = CompiledStateGraph[JudgmentState, JudgmentContext, JudgmentState, JudgmentState]

STEPS = (
    ("gather", nodes.gather_),
    ("rules", nodes.rules_),
    ("exposure", nodes.exposure_),
    ("signals", nodes.signals_),
    ("past", nodes.past_),
    ("advise", nodes.advise),
    ("place", nodes.place_),
    ("outlook", nodes.outlook_),
    ("narrate", nodes.narrate),
    ("check", nodes.check),
    ("review", nodes.review),
)
"""In order. Gathering is parallel inside; the others each rest on the ones before."""


def build_judgment(checkpointer: BaseCheckpointSaver[Any] | None = None) -> JudgmentGraph:
    """The whole path to a Judgment in state["decision"]; resumable at each step with a checkpointer."""
    graph: StateGraph[JudgmentState, JudgmentContext, JudgmentState, JudgmentState] = StateGraph(
        JudgmentState, context_schema=JudgmentContext
    )
    previous = START
    for name, node in STEPS:
        graph.add_node(name, node)  # pyright: ignore[reportArgumentType] # its protocol wants a bare function
        graph.add_edge(previous, name)
        previous = name
    graph.add_edge(previous, END)
    return graph.compile(checkpointer=checkpointer, name="judge")
