import { ApprovalBar } from '../components/ApprovalBar'
import { DemandCard } from '../components/DemandCard'
import { Drafts } from '../components/Drafts'
import { Head } from '../components/Head'
import { Outcome } from '../components/Outcome'
import type { Desk } from '../hooks/useDesk'
import type { View } from '../hooks/useView'
import { statusName } from './Queue'

export interface TicketPanelProps {
  desk: Desk
  view: View
  onApprove: () => void
}

/** The ticket taking shape, and the decision about it. */
export function TicketPanel({ desk, view, onApprove }: TicketPanelProps) {
  if (!desk.ticket) {
    return (
      <section className="pane ticket" aria-label="工单">
        <p className="quiet">提交来电后，工单在这里逐项成形：类型、事项、单位、时限、依据和草稿，每项都注明来源。</p>
      </section>
    )
  }
  const demands = desk.shown?.demands ?? desk.partial.demands ?? []
  return (
    <section className="pane ticket" aria-label="工单">
      <div className="scroll">
        <p className="ticket-head">
          <b>{statusName(desk.ticket.status)}</b>
          {desk.shown?.degraded && <em className="down" title="部分步骤改用兜底办法，请多看一眼">△ 降级</em>}
          {desk.shown && <small>{desk.shown.model ? `模型 ${desk.shown.model}` : '未用模型'}</small>}
        </p>
        <Outcome desk={desk} />
        <Reasons desk={desk} />
        <Head desk={desk} />
        {demands.map((_, index) => (
          <DemandCard
            key={index} desk={desk} index={index} active={view.active === index + 1} correcting={view.correcting}
            onActivate={() => view.active === index + 1 || view.set({ active: index + 1, correcting: false })}
            onCorrect={() => view.set({ active: index + 1, correcting: view.active !== index + 1 || !view.correcting })}
            onClause={(id, quote) => view.set({ clause: { id, quote } })}
          />
        ))}
        {desk.shown && demands.length === 0 && <p className="quiet">没有需要派发的事项：按特殊路径答复来电人。</p>}
        <Drafts desk={desk} />
      </div>
      <ApprovalBar desk={desk} onApprove={onApprove} onReturn={() => view.set({ dialog: 'return' })} />
    </section>
  )
}

/** Why a person should look closely; gone once the ticket is decided. */
function Reasons({ desk }: { desk: Desk }) {
  const reasons = desk.open ? desk.shown?.reasons_for_human ?? [] : []
  if (!reasons.length) return null
  return (
    <section className="reasons" aria-label="请核对">
      <b>！请核对</b>
      <ul>{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
    </section>
  )
}
