import type { TicketRow } from '../types'

/** Emergencies in tickets that are not on the desk: one line each, one press away. */
export function Others({ rows, selected, onOpen }: {
  rows: readonly TicketRow[]; selected: string | null; onOpen: (ticketId: string) => void
}) {
  const urgent = rows.filter((row) => row.emergency_number && row.ticket_id !== selected
    && (row.status === 'waiting' || row.status === 'running' || row.status === 'failed'))
  if (!urgent.length) return null
  return (
    <div className="others" role="alert">
      <b>另有 {urgent.length} 单紧急待确认：</b>
      {urgent.slice(0, 3).map((row) => (
        <button key={row.ticket_id} type="button" onClick={() => onOpen(row.ticket_id)}>
          {row.emergency_number} {row.preview.slice(0, 16)}…
        </button>
      ))}
    </div>
  )
}
