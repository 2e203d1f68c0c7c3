import { Bubble } from '@ant-design/x'
import { useMemo } from 'react'
import type { Desk } from '../hooks/useDesk'
import { offsets, shifted, spansOf, type Span } from '../state/evidence'
import { moment, timeOfDay } from '../state/format'
import type { Message } from '../types'
import { Marked } from './Marked'

const ROLES: Record<Message['role'], string> = { caller: '来电人', operator: '坐席', system: '系统', assistant: '助手' }

/** What was said, with the evidence of each demand marked where it was said. */
export function Talk({ desk, active }: { desk: Desk; active: number }) {
  const ticket = desk.ticket
  const said = ticket?.messages ?? []
  const spans = useMemo(() => {
    const decision = desk.original
    const evidence = decision?.demands ?? desk.partial.demands ?? []
    return spansOf(
      ticket?.text ?? '', evidence.map((demand) => demand.evidence ?? ''),
      desk.run.alerts.map((alert) => alert.evidence), decision?.pii ?? desk.partial.pii ?? [],
    )
  }, [ticket?.text, desk.original, desk.partial, desk.run.alerts])
  if (!ticket) return null
  const caller = said.filter((message) => message.role === 'caller')
  const places = offsets(ticket.text, caller.map((message) => message.text))
  return (
    <div className="talk">
      <Who desk={desk} />
      {said.map((message, index) => {
        const place = places[caller.indexOf(message)] ?? -1
        return <Said key={index} message={message} spans={place < 0 ? [] : shifted(spans, place)} active={active} />
      })}
    </div>
  )
}

function Who({ desk }: { desk: Desk }) {
  const ticket = desk.ticket
  if (!ticket) return null
  const { name, phone, anonymous } = ticket.caller
  return (
    <p className="who">
      <b>{ticket.ticket_id}</b>
      <span>{ticket.channel ?? '渠道未注明'} {moment(ticket.created_at)}</span>
      <span>{anonymous ? '匿名' : [name ?? '姓名未留', phone ?? '电话未留'].join(' ')}</span>
      {ticket.history.length > 0 && (
        <details>
          <summary>此人以往 {ticket.history.length} 单</summary>
          <ul>{ticket.history.map((past) => (
            <li key={past.ticket_id}>
              <a href={`#/ticket/${encodeURIComponent(past.ticket_id)}`}>{past.ticket_id}</a> {moment(past.created_at)} {past.summary}
            </li>
          ))}</ul>
        </details>
      )}
    </p>
  )
}

function Said({ message, spans, active }: { message: Message; spans: Span[]; active: number }) {
  const caller = message.role === 'caller'
  return (
    <Bubble
      placement={caller ? 'start' : 'end'} variant={caller ? 'outlined' : 'filled'} shape="corner"
      className={`said said-${message.role}`} content={message.text}
      contentRender={(text) => <Marked text={text} spans={spans} active={active} />}
      header={<small>{ROLES[message.role]} {timeOfDay(message.at)}</small>}
    />
  )
}
