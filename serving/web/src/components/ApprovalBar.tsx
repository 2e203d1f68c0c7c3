import { Button } from 'antd'
import { Hint } from './Hint'
import type { Desk } from '../hooks/useDesk'

/** The two ways on. The button that approves is where the focus waits. */
export function ApprovalBar({ desk, onApprove, onReturn }: { desk: Desk; onApprove: () => void; onReturn: () => void }) {
  if (!desk.open || !desk.approval) return null
  const dispatches = desk.approval.action.kind === 'dispatch'
  const units = new Set(desk.shown?.demands.map((demand) => demand.main_dept_id))
  const names = [...units].map((id) => desk.city?.departments.find((row) => row.dept_id === id)?.short_name ?? id)
  return (
    <div className="approval" role="group" aria-label="确认">
      {desk.decideError && <p className="trouble" role="alert">✕ 未生效：{desk.decideError}</p>}
      <Button id="approve" type="primary" size="large" loading={desk.deciding} onClick={onApprove}>
        {dispatches ? `批准并派发${names.length ? `给 ${names.join('、')}` : ''}` : '确认路径，不派发'}<Hint keys="Alt+A" />
      </Button>
      <Button size="large" disabled={desk.deciding} onClick={onReturn}>退回<Hint keys="Alt+R" /></Button>
    </div>
  )
}
