import { Button, Input, Segmented } from 'antd'
import { useEffect, useRef } from 'react'
import { Hint } from '../components/Hint'
import { useCity } from '../hooks/queries'
import { timeOfDay, remaining } from '../state/format'
import { ordered, type Filter } from '../state/queue'
import type { TicketPage, TicketRow } from '../types'

const STATUS: Record<string, [mark: string, name: string]> = {
  running: ['◐', '分析中'], waiting: ['●', '待确认'], dispatching: ['→', '派发中'], dispatched: ['✓', '已派发'],
  returned: ['↩', '已退回'], routed: ['✓', '已答复'], failed: ['✕', '分析失败'],
}

export function statusName(status: string): string {
  return (STATUS[status] ?? ['', status]).join(' ').trim()
}

export interface QueueProps {
  page: TicketPage | undefined
  error: string | null
  selected: string | null
  filter: Filter
  words: string
  onFilter: (filter: Filter) => void
  onWords: (words: string) => void
  onSelect: (ticketId: string | null) => void
}

/** Tickets that wait for somebody, the urgent ones first. */
export function Queue({ page, error, selected, filter, words, onFilter, onWords, onSelect }: QueueProps) {
  const rows = ordered(page?.items ?? [], filter)
  const counts = page?.counts ?? {}
  return (
    <nav className="pane queue" aria-label="队列">
      <div className="queue-head">
        <Button type="primary" block id="new-ticket" onClick={() => onSelect(null)}>＋ 新来电<Hint keys="Alt+N" /></Button>
        <Input
          allowClear size="small" aria-label="搜索工单" placeholder="搜编号或内容" value={words}
          onChange={(event) => onWords(event.target.value)}
        />
        <Segmented<Filter>
          block size="small" value={filter} onChange={onFilter}
          options={[
            { value: 'open', label: `待办 ${(counts['waiting'] ?? 0) + (counts['running'] ?? 0) + (counts['failed'] ?? 0)}` },
            { value: 'done', label: `已派 ${(counts['dispatched'] ?? 0) + (counts['routed'] ?? 0)}` },
            { value: 'all', label: '全部' },
          ]}
        />
      </div>
      {page && rows.length === 0 && <p className="quiet">{words ? '没有相符的工单' : '这里没有工单。按 Alt+N 录入来电。'}</p>}
      {error && !page && <p className="trouble">✕ {error}</p>}
      <ul className="rows">
        {rows.map((row) => (
          <Row key={row.ticket_id} row={row} selected={row.ticket_id === selected} onSelect={onSelect} />
        ))}
      </ul>
    </nav>
  )
}

function Row({ row, selected, onSelect }: { row: TicketRow; selected: boolean; onSelect: (id: string) => void }) {
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (selected) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const urgent = row.emergency_number !== null
  const route = useCity()?.special_routes.find(({ id }) => id === row.special_route)?.name
  const open = row.status === 'waiting' || row.status === 'running'
  return (
    <li>
      <button
        ref={ref} type="button" className={`row status-${row.status} ${urgent && open ? 'urgent' : ''}`}
        aria-current={selected} onClick={() => onSelect(row.ticket_id)}
      >
        <span className="row-head">
          <b>{statusName(row.status)}</b>
          {urgent && <em className="call">急 {row.emergency_number}</em>}
          {!urgent && row.special_route && <em className="special" title={route}>{route ?? row.special_route}</em>}
          {!urgent && row.urgency && row.urgency !== '一般' && <em className="level">{row.urgency}</em>}
          {row.degraded && <em className="down">降级</em>}
          <time>{timeOfDay(row.created_at)}</time>
        </span>
        <span className="row-text">{row.preview || (row.status === 'running' ? '正在分析…' : '（无预览）')}</span>
        {row.category_name && (
          <span className="row-foot">
            {open && row.finish_by && `${remaining(row.finish_by, Date.now())} · `}
            {row.ticket_type} · {row.category_name} · {row.main_dept_name}
          </span>
        )}
      </button>
    </li>
  )
}
