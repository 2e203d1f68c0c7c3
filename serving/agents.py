"""Wiring of agents: which graph runs under which name, with what context."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from agents.copilot import state as copilot
from agents.copilot.context import AskContext
from agents.copilot.graph import build_ask
from agents.judgment import state as judgment
from agents.judgment.claims import Reader
from agents.judgment.context import JudgmentContext
from agents.judgment.graph import build_judgment
from agents.model.chat import ChatModel, Priority
from agents.model.off import NoModel
from agents.model.openai_client import ModelSettings, OpenAIChatModel
from agents.runner import Checkpoints, GraphAgent
from agents.triage import state as triage_state
from agents.triage.context import ModelUses, Outbox, TicketHistory, TriageContext
from agents.triage.graph import build_triage
from knowledge.base import KnowledgeBase
from knowledge.city import City, Geocoder
from serving.errors import BadSetting
from serving.judgments.logged import LoggedSituation
from serving.library import Prepared
from serving.settings import Settings
from serving.store.tables import Json
from tools.emergency.reach import RoadNet


@dataclass(frozen=True)
class Surroundings:
    """What the agents share. `prepared` and `opened` wait for the parts that take long to load."""

    settings: Settings
    city: City
    geocoder: Geocoder
    model: ChatModel
    clock: Callable[[], datetime]
    prepared: Callable[[], Awaitable[Prepared]]
    opened: Callable[[], Awaitable[KnowledgeBase]]


@dataclass(frozen=True)
class Judging:
    """What the judgment agent uses beside the others. known: the knowledge base, None until it is open."""

    asked: LoggedSituation
    known: Callable[[], KnowledgeBase | None]


def build_agents(
    around: Surroundings,
    history: TicketHistory,
    outbox: Outbox,
    judging: Judging,
    checkpoints: Checkpoints,
) -> dict[str, GraphAgent]:
    """Every agent the server runs, by the name that POST /api/runs takes."""

    async def triage() -> TriageContext:
        return await triage_context(around, history, outbox)

    async def ask() -> AskContext:
        writes = model_uses(around.settings).write
        return AskContext(around.city, await around.opened(), around.model, write=writes)

    def question(start: Json) -> Json:
        today = around.clock().date().isoformat()
        return dict(copilot.first_state(start["question"], start.get("as_of") or today))

    async def judge() -> JudgmentContext:
        return judgment_context(around, judging, reader, roads)

    roads = RoadNet(around.city.shapes.roads)
    reader = Reader(around.city)
    return {
        "triage": GraphAgent(build_triage(checkpoints), triage, _ticket_of, triage_state.concluded),
        "ask": GraphAgent(build_ask(checkpoints), ask, question, copilot.concluded),
        "judge": GraphAgent(build_judgment(checkpoints), judge, _judgment_of, judgment.concluded),
    }


async def triage_context(
    around: Surroundings, history: TicketHistory, outbox: Outbox, priority: Priority = Priority.OPERATOR
) -> TriageContext:
    """Waits until the reader and the knowledge base are loaded. Raises KnowledgeError."""
    ready = await around.prepared()
    return TriageContext(
        city=around.city,
        geocoder=around.geocoder,
        reader=ready.reader,
        knowledge=ready.knowledge,
        basis=ready.basis,
        model=around.model,
        history=history,
        outbox=outbox,
        clock=around.clock,
        priority=priority,
        uses=model_uses(around.settings),
        model_timeout=around.settings.llm_timeout,
    )


def judgment_context(
    around: Surroundings, judging: Judging, reader: Reader, roads: RoadNet
) -> JudgmentContext:
    """Judges without the knowledge base while that is still loading: a storm does not wait for it."""
    return JudgmentContext(
        city=judging.asked.live.pack.city,
        situation=judging.asked,
        model=around.model if model_uses(around.settings).write else NoModel(),
        clock=judging.asked.live.clock,
        knowledge=judging.known(),
        reader=reader,
        roads=roads,
    )


def model_uses(settings: Settings) -> ModelUses:
    """PINGJI_LLM_USES: comma-separated names of what the model may do. Raises BadSetting."""
    wanted = {name.strip() for name in settings.llm_uses.split(",") if name.strip()}
    if unknown := wanted - {"choose", "write"}:
        raise BadSetting(f"PINGJI_LLM_USES 中不认识 {'、'.join(sorted(unknown))}；可用：choose、write")
    return ModelUses(choose="choose" in wanted, write="write" in wanted)


def open_model(settings: Settings, *, starting: Callable[[], bool]) -> NoModel | OpenAIChatModel:
    """The model the settings name: none, somebody's server, or the one this machine starts."""
    if settings.llm == "off":
        return NoModel()
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none"
    address = settings.llm_address
    own = f"http://127.0.0.1:{settings.llm_port}/v1"
    model = ModelSettings(
        base_url=address or own,
        model=settings.llm_model,
        api_key=key,
        thinking_tokens=settings.llm_thinking_tokens,
    )
    return OpenAIChatModel(model) if address else OpenAIChatModel(model, starting=starting)


def _judgment_of(start: Json) -> Json:
    return dict(judgment.first_state(start["judgment_id"], start["trigger"], start["at"]))


def _ticket_of(start: Json) -> Json:
    return dict(triage_state.first_state(start["ticket"]))
