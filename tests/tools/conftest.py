"""A simulated city as a process of its own, and clients of it."""

import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import escape

import httpx
import pytest

from tools.dispatch import DispatchOrder
from tools.open311 import Open311City, Open311Config
from tools.transport import Format

ROOT = Path(__file__).parents[2]
CITY = ROOT / "knowledge" / "city" / "yunzhou"
BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 5, 18, 9, 0, tzinfo=BEIJING)
API_KEY = "test-key"


@dataclass(frozen=True)
class Simulator:
    url: str
    control: httpx.Client

    def fault(self, kind: str, **rule: object) -> None:
        self.control.post("/_control/faults", json={"kind": kind, **rule}).raise_for_status()

    def advance(self, **step: float) -> None:
        self.control.post("/_control/clock/advance", json=step).raise_for_status()

    def arrived(self) -> dict:
        return self.control.get("/_control/dispatches").raise_for_status().json()

    def config(self, form: Format = "json", **changes: str) -> Open311Config:
        fields = {
            "endpoint": f"{self.url}/open311/v2",
            "history_endpoint": f"{self.url}/callers",
            "api_key": API_KEY,
            "jurisdiction_id": "yunzhou",
        }
        return Open311Config(**(fields | changes), form=form)


@pytest.fixture(scope="session")
def start_simulator() -> Iterator[Callable[..., tuple[subprocess.Popen, str]]]:
    """Start `python -m tools.simulator` with extra arguments; every process is ended at the end."""
    running: list[subprocess.Popen] = []

    def start(*arguments: str) -> tuple[subprocess.Popen, str]:
        command = [sys.executable, "-m", "tools.simulator", "--port", "0", "--city", str(CITY)]
        command += ["--api-key", API_KEY, "--start", START.isoformat(), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline().split()
        assert line[:1] == ["ready"], f"the simulator did not start: {line}"
        return process, line[1]

    yield start
    for process in running:
        with process:  # waits, and closes the pipe
            process.terminate()


@pytest.fixture(scope="session")
def simulator_process(start_simulator: Callable[..., tuple[subprocess.Popen, str]]) -> Iterator[Simulator]:
    _, url = start_simulator("--seed", "1")
    with httpx.Client(base_url=url, trust_env=False) as control:
        yield Simulator(url, control)


@pytest.fixture
def simulator(simulator_process: Simulator) -> Simulator:
    """The shared process, emptied, its clock standing at START."""
    simulator_process.control.post("/_control/clock/freeze").raise_for_status()
    simulator_process.control.post("/_control/reset").raise_for_status()
    return simulator_process


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def city(simulator: Simulator, http: httpx.AsyncClient) -> Open311City:
    return Open311City(http, simulator.config())


@pytest.fixture
def order() -> Callable[..., DispatchOrder]:
    """A valid order; keyword arguments change it."""

    def make(**changes: object) -> DispatchOrder:
        fields: dict[str, object] = {
            "idempotency_key": "key-00000001",
            "ticket_id": "T0001",
            "ticket_type": "投诉",
            "service_code": "010101",
            "main_dept_id": "chengguan",
            "description": "广场公厕没有人打扫，异味很大",
            "address_string": "埠前区人民路",
        }
        return DispatchOrder.model_validate(fields | changes)

    return make


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: START


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of one sheet, written by hand: inline strings, numbers, merged ranges ('A2:A3')."""

    def cell(name: str, value: object) -> str:
        if isinstance(value, int | float):
            return f'<c r="{name}"><v>{value}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    def write(rows: list[list[object]], merged: tuple[str, ...] = (), name: str = "tickets.xlsx") -> Path:
        body = "".join(
            f'<row r="{r}">'
            + "".join(cell(f"{chr(65 + c)}{r}", v) for c, v in enumerate(row) if v is not None)
            + "</row>"
            for r, row in enumerate(rows, 1)
        )
        merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006"
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
            '<sheet name="工单" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship '
            f'Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>'
            + (f"<mergeCells>{merges}</mergeCells>" if merges else "")
            + "</worksheet>",
        }
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for part, text in parts.items():
                archive.writestr(part, '<?xml version="1.0" encoding="UTF-8"?>' + text)
        return path

    return write
