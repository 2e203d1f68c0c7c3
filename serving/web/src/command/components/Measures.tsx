import { span } from '../state/conditions'
import type { Recommendation, StopAdvice } from '../types'
import { Basis } from './Said'

const STOPS: Record<StopAdvice['advice'], [sign: string, words: string]> = { must: ['●', '必须'], consider: ['◇', '视情'], none: ['○', '不要求'] }

/** Who must do what within which time, and the four stops. */
export function Measures({ item }: { item: Recommendation }) {
  if (!item.measures.length && !item.four_stops.length) return null
  return (
    <section aria-label={`${item.event} 措施`}>
      <h4>{item.event}：措施与四停</h4>
      <ul className="stops">{item.four_stops.map((stop) => (
        <li key={stop.name} className={`stop-${stop.advice}`}><b>{STOPS[stop.advice][0]} {stop.name} {STOPS[stop.advice][1]}</b><small>{stop.owners.join('、')}{stop.clause && ` · ${stop.clause}`}</small></li>
      ))}</ul>
      {item.measures.length > 0 && (
        <table className="plain-table"><thead><tr><th>时限</th><th>单位</th><th>事项</th><th>条文</th></tr></thead>
          <tbody>{[...item.measures].sort((a, b) => a.within_minutes - b.within_minutes).map((row) => (
            <tr key={row.key}><td className="num">{span(row.within_minutes)}内</td><td>{row.unit_name}</td><td>{row.what} <Basis ids={row.evidence} most={1} /></td><td>{row.clause}</td></tr>
          ))}</tbody></table>
      )}
    </section>
  )
}
