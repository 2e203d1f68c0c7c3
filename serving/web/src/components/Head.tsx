import { Select } from 'antd'
import type { Desk } from '../hooks/useDesk'
import { Field } from './Field'

const NONE = 'none'

/** What holds for the whole ticket: type, urgency, route, what is missing. */
export function Head({ desk }: { desk: Desk }) {
  const { shown, partial, changes, city, open } = desk
  const known = shown ?? partial
  const source = (field: string) => known.sources?.[field]
  const set = (patch: Partial<typeof changes>) => desk.setChanges((before) => ({ ...before, ...patch }))
  const lowered = desk.needsReason ? `由“${desk.original?.urgency}”降低，批准时须写理由` : null
  return (
    <div className="fields">
      <Field label="类型" source={changes.ticket_type ? 'human' : source('ticket_type')}>
        <Pick label="类型" value={known.ticket_type} options={city?.ticket_types} open={open} onPick={(ticket_type) => set({ ticket_type })} />
      </Field>
      <Field label="紧急程度" source={changes.urgency ? 'human' : source('urgency')} doubt={lowered}>
        <Pick label="紧急程度" value={known.urgency} options={city?.urgency_classes} open={open} onPick={(urgency) => set({ urgency })} />
      </Field>
      {(known.special_route || changes.special_route !== undefined) && (
        <Field label="特殊路径" source={changes.special_route === undefined ? source('special_route') : 'human'}>
          <RoutePick desk={desk} value={known.special_route ?? null} onPick={(special_route) => set({ special_route })} />
        </Field>
      )}
      {(known.missing?.length ?? 0) > 0 && (
        <Field label="待补充" source={source('missing')} doubt="可向来电人追问">{known.missing?.join('、')}</Field>
      )}
      {known.duplicate_of && (
        <Field label="疑似重复" source={source('duplicate_of')} doubt="是否并单由您确认">
          <a href={`#/ticket/${encodeURIComponent(known.duplicate_of)}`}>{known.duplicate_of}</a>
        </Field>
      )}
      {(known.risk_flags?.length ?? 0) > 0 && <Field label="苗头风险" source="rule">{known.risk_flags?.join('、')}</Field>}
    </div>
  )
}

function Pick({ label, value, options, open, onPick }: {
  label: string; value: string | undefined; options: string[] | undefined; open: boolean; onPick: (value: string) => void
}) {
  if (!open || !options) return <b>{value ?? '…'}</b>
  return (
    <Select
      aria-label={label} size="small" value={value ?? null} onChange={(next) => next && onPick(next)} popupMatchSelectWidth={false}
      options={options.map((option) => ({ value: option, label: option }))}
    />
  )
}

function RoutePick({ desk, value, onPick }: { desk: Desk; value: string | null; onPick: (route: string | null) => void }) {
  const routes = desk.city?.special_routes ?? []
  const name = routes.find((route) => route.id === value)?.name
  if (!desk.open) return <b>{value} {name}</b>
  return (
    <Select
      aria-label="特殊路径" size="small" value={value ?? NONE} popupMatchSelectWidth={false}
      onChange={(next) => onPick(next === NONE ? null : next)}
      options={[...routes.map((route) => ({ value: route.id, label: `${route.id} ${route.name}` })), { value: NONE, label: '不走特殊路径' }]}
    />
  )
}
