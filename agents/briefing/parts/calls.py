"""叫应名单与反馈状态: who was to be called, by whom, until when, and what came of it."""

from collections.abc import Sequence

from agents.briefing.decision import Column, Line, Part, Table, Text, Tone
from agents.briefing.draft import Draft
from agents.judgment.calls import word
from agents.judgment.decision import CallState

TONES: dict[str, Tone] = {"acknowledged": "good", "overdue": "bad", "escalated": "bad", "calling": "warn"}
ORDER = ("overdue", "escalated", "calling", "to_call", "acknowledged")
MOST = 20
LATE = ("overdue", "escalated")
BOARD = "L:all"
COLUMNS = (
    Column(title="岗位", width=2.2),
    Column(title="电话", width=1.8),
    Column(title="由谁叫", width=1.8),
    Column(title="应答时限", width=1),
    Column(title="状态", width=1.2),
    Column(title="应答时间和内容", width=2.4),
    Column(title="未应答改叫", width=1.8),
)


def calls(draft: Draft) -> Part:
    """All, those that did not answer first. Posts only: the city pack knows no names."""
    return Part(
        key="calls", title="叫应与反馈", blocks=(*_summary(draft), _table(draft, draft.judgment.calls))
    )


def first_calls(draft: Draft) -> Part:
    """As many as a report can bear; the list of calls is a form of its own."""
    found = draft.judgment.calls
    rest = Text(sentences=(Line(text="其余岗位见同期叫应清单。"),))
    blocks = (*_summary(draft), _table(draft, found, MOST), *((rest,) if len(found) > MOST else ()))
    return Part(key="calls", title="叫应与反馈", blocks=blocks)


def _table(draft: Draft, found: Sequence[CallState], most: int | None = None) -> Table:
    urgent = sorted(found, key=lambda one: ORDER.index(one.state))[:most]
    rows = tuple(_row(draft, one) for one in urgent)
    empty = draft.nothing("目前没有须叫应的岗位", "alerts", "standing")
    return Table(caption="叫应名单（未应答的在前）", columns=COLUMNS, rows=rows, empty=empty)


def call_state(draft: Draft, named: int = 6) -> Part:
    """Two sentences: how many, and the first of those that did not answer."""
    late = [one for one in draft.judgment.calls if one.state in LATE]
    told = "、".join(one.post for one in late[:named]) + ("等，详见叫应清单" if len(late) > named else "")
    line = draft.say(f"未叫到的：{told}。", *(f"L:{one.contact_id}" for one in late[:named]), tone="bad")
    blocks = (*_summary(draft), *((Text(sentences=(line,)),) if late else ()))
    return Part(key="calls", title="叫应状态", blocks=blocks)


def _summary(draft: Draft) -> tuple[Text, ...]:
    """What the judgment counted over the whole board."""
    board = draft.index.get(BOARD)
    late = any(one.state in LATE for one in draft.judgment.calls)
    text = f"{board.text}。" if board else "目前没有须叫应的岗位。"
    return (Text(sentences=(draft.say(text, BOARD, tone="bad" if late else "plain"),)),)


def _row(draft: Draft, one: CallState) -> tuple[Line, ...]:
    proof = f"L:{one.contact_id}"
    answer = "，".join(part for part in (draft.when(one.acknowledged_at), one.said) if part and part != "—")
    return (
        draft.say(one.post, proof),
        draft.say(one.phone, proof),
        Line(text=_post(draft, one.called_by)),
        draft.say(draft.when(one.due_at), proof),
        draft.say(word(one), proof, tone=TONES.get(one.state, "plain")),
        draft.say(answer or "—", proof),
        Line(text=_post(draft, one.escalate_to or "")),
    )


def _post(draft: Draft, contact_id: str) -> str:
    contact = draft.city.weather.contacts.get(contact_id)
    return f"{contact.unit}{contact.role}" if contact else contact_id or "—"
