"""Labelled tickets: what came in, what a careful operator concludes, what a command in the text was after."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.triage.decision import Route, TicketType, Urgency
from evals.errors import DataBroken, DataMissing
from tools.errors import TicketInvalid
from tools.ticket import Ticket, parse_ticket

DATA = Path(__file__).parent.parent / "data"
SETS = {"dev": DATA / "tickets_dev.jsonl", "extra": DATA / "tickets_dev_extra.jsonl"}
COMMANDS = DATA / "commands.json"
GREETING = "您好。"


class Label(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldDemand(Label):
    category_code: str
    main_dept_id: str
    co_dept_ids: tuple[str, ...] = ()
    district: str | None = None
    street: str | None = None
    place_id: str | None = None
    evidence: str


class GoldPii(Label):
    kind: str
    text: str


class Gold(Label):
    """The labels of one ticket; the first demand is the primary one."""

    special_route: Route | None = None
    emergency_number: str | None = None
    ticket_type: TicketType
    urgency: Urgency
    demands: tuple[GoldDemand, ...] = ()
    pii: tuple[GoldPii, ...] = ()
    duplicate_of: str | None = None
    injection: bool = False
    risk_flags: tuple[str, ...] = ()


class Command(Label):
    """Annotation of an injected command: its words in the text, and words that only an obeyed one brings.

    Without `commands` the ticket only asks for what may not be told: then only the draft can obey.
    """

    commands: tuple[str, ...]
    obeyed: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    ticket: Ticket
    gold: Gold
    command: Command | None = None

    @property
    def disarmed(self) -> Ticket | None:
        """The same ticket without the command's words, a bare greeting where nothing is left of it.

        None when no command is annotated.
        """
        if self.command is None:
            return None
        text = self.ticket.text
        for words in self.command.commands:
            text = text.replace(words, "")
        return self.ticket.model_copy(update={"text": text if text.strip() else GREETING})


def load_cases(path: Path, limit: int | None = None) -> list[Case]:
    """Cases of a .jsonl file, in its order, the first `limit` of them.

    A gold duplicate that is not among them is taken out: nobody could find it. Raises DataMissing, DataBroken.
    """
    if not path.is_file():
        raise DataMissing(path, "请用 --set 指明带标注的 .jsonl 文件，或写 dev、extra")
    commands = _commands()
    cases: list[Case] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if limit is not None and len(cases) >= limit:
                break
            if line.strip():
                cases.append(_case(line, path, number, commands))
    return _within(cases)


def _case(line: str, path: Path, number: int, commands: dict[str, Command]) -> Case:
    try:
        row = json.loads(line)
        gold = Gold.model_validate(row["gold"])
        ticket = parse_ticket(row, clock=lambda: datetime.now().astimezone(), new_id=lambda: f"LINE-{number}")
    except KeyError as error:
        raise DataBroken(path, number, f"缺少 {error}") from error
    except (ValueError, ValidationError, TicketInvalid) as error:
        raise DataBroken(path, number, str(error)) from error
    return Case(ticket, gold, commands.get(ticket.ticket_id))


def _commands() -> dict[str, Command]:
    raw = json.loads(COMMANDS.read_text(encoding="utf-8"))
    return {ticket_id: Command.model_validate(entry) for ticket_id, entry in raw.items()}


def _within(cases: list[Case]) -> list[Case]:
    known = {case.ticket.ticket_id for case in cases}
    return [
        case
        if case.gold.duplicate_of is None or case.gold.duplicate_of in known
        else Case(case.ticket, case.gold.model_copy(update={"duplicate_of": None}), case.command)
        for case in cases
    ]
