"""Reports of people: districts that start or end their own response, findings about what only a person can judge.

One JSON object a line, in scenario files and on the wire alike.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from knowledge.city.source import Text
from tools.emergency.facts import DistrictReport, Finding, Provenance


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    time: AwareDatetime


class _ResponseLine(_Line):
    kind: Literal["district_response"]
    district: Text
    hazard: Text
    level: Annotated[Literal[1, 2, 3, 4], BeforeValidator(int)]
    event: Literal["start", "end"]
    source: str = ""


class _FindingLine(_Line):
    kind: Literal["finding"]
    condition_id: Text
    object: Text
    event: Literal["reported", "confirmed", "rejected", "resolved"]
    text: str = ""
    by: str = ""


class ReportLine(RootModel[Annotated[_ResponseLine | _FindingLine, Field(discriminator="kind")]]):
    """Either kind of report, told apart by `kind`."""

    model_config = ConfigDict(frozen=True)


def report_fact(line: ReportLine, provenance: Provenance | None = None) -> DistrictReport | Finding:
    row = line.root
    if isinstance(row, _FindingLine):
        fields = row.model_dump(exclude={"id", "kind"})
        return Finding(**fields, report_id=row.id, provenance=provenance)
    fields = row.model_dump(exclude={"id", "kind", "district"})
    return DistrictReport(**fields, report_id=row.id, district_code=row.district, provenance=provenance)
