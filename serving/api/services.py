"""What the routes use, handed to them by FastAPI from the application's state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header, Request

from agents.model.chat import ChatModel
from knowledge.city import City
from serving.cities import CityWatch
from serving.emergency import Emergency
from serving.errors import OperatorMissing
from serving.library import Library
from serving.metrics import Metrics
from serving.runs.service import RunService
from serving.settings import Settings
from serving.store.database import Database
from serving.tickets.service import Tickets
from serving.uploads.service import Uploads
from tools.ticket import clean_text

NAME_MAX = 100


@dataclass(frozen=True)
class Services:
    settings: Settings
    city: City
    database: Database
    tickets: Tickets
    runs: RunService
    library: Library
    uploads: Uploads
    model: ChatModel
    watch: CityWatch
    metrics: Metrics
    clock: Callable[[], datetime]
    emergency: Emergency


def services_of(request: Request) -> Services:
    return request.app.state.services


def operator_of(x_operator: Annotated[str | None, Header()] = None) -> str | None:
    """The human behind the request, when named; the header is URL-encoded UTF-8."""
    name = " ".join(clean_text(unquote(x_operator or ""))[0].split())[:NAME_MAX]
    return name or None


def named_operator(operator: Annotated[str | None, Depends(operator_of)]) -> str:
    """Raises OperatorMissing."""
    if operator is None:
        raise OperatorMissing("缺少操作人姓名（请求头 X-Operator）；请先在页面右上角填写姓名")
    return operator


Use = Annotated[Services, Depends(services_of)]
Operator = Annotated[str | None, Depends(operator_of)]
NamedOperator = Annotated[str, Depends(named_operator)]
