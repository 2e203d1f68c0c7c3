/** Order of the queue: who must be looked at first stands first; within that, the latest call. */

import type { TicketRow } from '../types'

export type Filter = 'open' | 'done' | 'all'

const DONE = new Set(['dispatched', 'routed', 'dispatching'])

export function ordered(rows: readonly TicketRow[], filter: Filter): TicketRow[] {
  const kept = rows.filter((row) => filter === 'all' || DONE.has(row.status) === (filter === 'done'))
  return kept.map((row, index) => ({ row, index }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.index - b.index)
    .map(({ row }) => row)
}

function rank(row: TicketRow): number {
  if (row.status === 'waiting') return row.emergency_number ? 0 : row.urgency === '紧急' ? 1 : 2
  if (row.status === 'running') return row.emergency_number ? 0 : 3
  return row.status === 'failed' ? 2 : 4
}

/** The neighbour of the selected ticket, `step` places on; from nowhere, the first or the last. */
export function neighbour(rows: readonly TicketRow[], selected: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.ticket_id === selected)
  const next = at < 0 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))
  return rows[next]?.ticket_id ?? null
}
