import { useApp } from '../app'
import type { Desk } from '../hooks/useDesk'
import { moment } from '../state/format'
import { Orders } from './Orders'

const EXPIRED: Record<string, string> = { expired: '等待确认的时间已过，请重新分析', withdrawn: '内容已更新，原确认作废' }

/** What became of the ticket: request number, the department's word, or why it came back. */
export function Outcome({ desk }: { desk: Desk }) {
  const { operator } = useApp()
  const { ticket, run, approval } = desk
  if (!ticket || desk.open) return null
  const dispatch = ticket.dispatch
  const by = approval?.decided_by && `${approval.decided_by === operator ? '您' : approval.decided_by} ${moment(approval.decided_at)}`
  if (approval && EXPIRED[approval.status]) return <p className="outcome trouble">{EXPIRED[approval.status]}</p>
  if (ticket.status === 'dispatching') {
    const why = run.degraded.filter((item) => item.step === 'dispatch').at(-1)?.why
    return <p className="outcome">→ {by} 已批准，正在送达承办系统…{why && <b> {why}</b>}</p>
  }
  if (ticket.status === 'routed') return <p className="outcome good">✓ {by} 确认：按特殊路径答复，不派发。</p>
  if (ticket.status === 'returned' && approval?.status === 'returned') {
    return <p className="outcome">↩ {by} 退回：{approval.reason}。补充情况后可重新分析。</p>
  }
  if (!dispatch) return null
  const ids = run.effects.length ? run.effects.map((effect) => effect.requestId) : [dispatch.service_request_id]
  return (
    <div className={`outcome ${ticket.status === 'returned' ? 'trouble' : 'good'}`} role="status">
      <b>{ticket.status === 'returned' ? '↩ 承办单位退回' : '✓ 已派发'}　承办编号 {ids.filter(Boolean).join('、') || '待回'}</b>
      <p>{by && `${by} 批准。`}{dispatch.status_notes && `承办单位：${dispatch.status_notes}`}</p>
      <Orders desk={desk} orders={dispatch.orders} />
    </div>
  )
}
