import { Button } from 'antd'
import { usePlace } from '../hooks/queries'
import type { Desk } from '../hooks/useDesk'
import { moment, remaining, withoutArticle } from '../state/format'
import type { Demand, Source } from '../types'
import { Candidates } from './Candidates'
import { DemandForm } from './DemandForm'
import { Hint } from './Hint'
import { Field } from './Field'

const SURE = 0.5 // below this the first candidate is wrong about as often as right

export interface DemandCardProps {
  desk: Desk
  index: number
  active: boolean
  correcting: boolean
  onActivate: () => void
  onCorrect: () => void
  onClause: (clauseId: string, quote: string) => void
}

/** One demand: matter, unit, place, deadline and what it rests on. */
export function DemandCard({ desk, index, active, correcting, onActivate, onCorrect, onClause }: DemandCardProps) {
  const demand: Partial<Demand> = desk.shown?.demands[index] ?? desk.partial.demands?.[index] ?? {}
  const change = desk.changes.demands?.[index] ?? {}
  const many = (desk.shown?.demands ?? desk.partial.demands ?? []).length > 1
  const source = (field: keyof Demand, from: string): Source | undefined =>
    field in change && desk.open ? 'human' : desk.shown?.sources[from] ?? (demand[field] === undefined ? undefined : 'rule')
  const category = desk.city?.catalogue.find((row) => row.code === demand.category_code)
  const units = (ids: string[] = []) => ids.map((id) => desk.city?.departments.find((row) => row.dept_id === id)?.name ?? id).join('、')
  const spot = usePlace(demand.place_id)?.name
  const place = [demand.district, demand.street, spot].filter(Boolean).join(' ')
  const doubt = demand.confidence !== undefined && demand.confidence < SURE ? `把握 ${percent(demand.confidence)}，请核对候选` : null
  return (
    <section className={`demand ev-border-${index + 1} ${active ? 'active' : ''}`} aria-label={`事项 ${index + 1}`} onClick={onActivate}>
      <div className="demand-head">
        <b><span className={`badge ev-${index + 1}`}>{index + 1}</span>事项{many && active ? '（当前）' : ''}</b>
        <span className="demand-title">{demand.summary ?? '…'}</span>
        {desk.open && <Button size="small" onClick={(event) => { event.stopPropagation(); onCorrect() }}>{correcting && active ? '收起' : '更正'}{active && <Hint keys="Alt+C" />}</Button>}
      </div>
      <Field label="目录" source={source('category_code', 'demands')} doubt={doubt}>
        <b>{category ? `${category.level2} / ${category.level3}` : demand.category_code ?? '…'}</b>{' '}
        <span className="code">{demand.category_code}</span>
        {doubt === null && demand.confidence !== undefined && !('category_code' in change) && <small> 把握 {percent(demand.confidence)}</small>}
      </Field>
      <Candidates desk={desk} index={index} demand={demand} active={active} />
      <Field label="主办" source={source(change.category_code ? 'category_code' : 'main_dept_id', 'main_dept_id')}><b>{units([demand.main_dept_id ?? ''].filter(Boolean)) || '…'}</b></Field>
      {(demand.co_dept_ids?.length ?? 0) > 0 && <Field label="协办" source={source('co_dept_ids', 'main_dept_id')}>{units(demand.co_dept_ids)}</Field>}
      <Field label="地点" source={source('district', 'place')} doubt={place || demand.district === undefined ? null : '来电人未说明'}>
        {place || (demand.district === undefined ? '…' : '—')}
      </Field>
      <Due demand={demand} open={desk.open} source={source('deadline', 'deadline')} />
      <Basis demand={demand} changed={'category_code' in change} onClause={onClause} />
      {correcting && active && desk.open && desk.city && <DemandForm desk={desk} index={index} city={desk.city} />}
    </section>
  )
}

function Due({ demand, open, source }: { demand: Partial<Demand>; open: boolean; source: Source | undefined }) {
  const due = demand.deadline
  if (due && !due.finish_by) return <Field label="时限">批准后按更正内容重新计算</Field>
  return (
    <Field label="时限" source={source}>
      {due
        ? <span title={due.rule}><b>{moment(due.finish_by)} 办结</b>{open && `（${remaining(due.finish_by, Date.now())}）`} · {moment(due.contact_by)} 首次联系</span>
        : '…'}
    </Field>
  )
}

function Basis({ demand, changed, onClause }: { demand: Partial<Demand>; changed: boolean; onClause: (clauseId: string, quote: string) => void }) {
  if (changed) return <Field label="依据">原事项的依据不随附</Field>
  if (!demand.citations?.length) return null
  return (
    <div className="field basis">
      <span className="label">依据</span>
      <ul className="value">
        {demand.citations.map((citation) => (
          <li key={citation.clause_id}>
            <button type="button" className="link" onClick={() => onClause(citation.clause_id, citation.quote)}>《{citation.document}》{citation.article}</button>
            <span className="quote">{withoutArticle(citation.quote, citation.article)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
