import { moment, timeOfDay } from '../../state/format'
import { useLook } from '../command'
import { ADVICE } from '../state/levels'
import { plain } from '../state/plain'
import type { ExposedPoint, Judgment, Recommendation } from '../types'
import { LevelBadge } from './Badges'
import { Basis } from './Said'

const SEVERITY: Record<ExposedPoint['severity'], [sign: string, word: string]> = { now: ['▲', '已受影响'], soon: ['◆', '即将受影响'], watch: ['○', '须关注'] }

/** The advice for one hazard with its clause, the post that signs, and what it rests on. */
export function Advised({ item }: { item: Recommendation }) {
  return (
    <section className="advised-box" aria-label={`建议：${item.event}`}>
      <h4>{item.event}：{ADVICE[item.action]} {item.level && <LevelBadge level={item.level} />}</h4>
      <dl className="about">
        {item.clause && <><dt>依据</dt><dd>{item.clause} <Basis ids={item.reasons} most={6} /></dd></>}
        <dt>签发</dt><dd>{item.signer || '—'}</dd>
        {item.chair && <><dt>会商主持</dt><dd>{item.chair}</dd></>}
        {item.duty_post && <><dt>值守</dt><dd>{item.duty_post}</dd></>}
        {item.expected_until && <><dt>预计期限</dt><dd>{moment(item.expected_until)}</dd></>}
      </dl>
    </section>
  )
}

export function Exposure({ judgment }: { judgment: Judgment }) {
  const look = useLook()
  if (!judgment.risk_points.length) return null
  return (
    <section aria-label="受影响的风险点">
      <h4>受影响的风险点 {judgment.risk_points.length}</h4>
      <table className="plain-table"><thead><tr><th>程度</th><th>地点</th><th>现状</th><th>人数</th><th>避护场所</th><th>最近队伍</th></tr></thead>
        <tbody>{judgment.risk_points.map((row) => (
          <tr key={row.risk_id} className={`sev-${row.severity}`}>
            <td className="num">{SEVERITY[row.severity].join(' ')}</td>
            <td><button type="button" className="link" onClick={() => look({ kind: 'risk', id: row.risk_id })}>{row.name}</button><small>{row.kind}</small></td>
            <td>{row.under} <Basis ids={row.evidence} most={1} /></td><td className="num">{row.people ?? '—'}</td>
            <td>{row.shelter_name || '—'}{row.shelter_room !== null && <small>余 {row.shelter_room} 人</small>}</td>
            <td>{row.team_name || '—'}{row.reach_minutes !== null && <small>约 {Math.round(row.reach_minutes)} 分钟</small>}</td>
          </tr>
        ))}</tbody></table>
    </section>
  )
}

export function Resources({ judgment }: { judgment: Judgment }) {
  return <>
    {judgment.evacuations.length > 0 && (
      <section aria-label="建议转移"><h4>建议转移（由有权的人下令）</h4>
        <table className="plain-table"><thead><tr><th>从</th><th>人数</th><th>到</th><th>条文</th></tr></thead>
          <tbody>{judgment.evacuations.map((row) => <tr key={row.risk_id}><td>{row.name}</td><td className="num">{row.people}</td><td>{row.shelter_name || '未找到可用场所'}{row.distance_km !== null && <small>{row.distance_km.toFixed(1)} 公里</small>}</td><td>{row.clause} <Basis ids={row.evidence} most={1} /></td></tr>)}</tbody></table>
      </section>
    )}
    {judgment.placements.length > 0 && (
      <section aria-label="预置力量"><h4>预置力量</h4>
        <table className="plain-table"><thead><tr><th>力量</th><th>去处</th><th>路上</th><th>理由</th></tr></thead>
          <tbody>{judgment.placements.map((row) => <tr key={row.number}><td>{row.resource}{row.quantity > 1 && ` ×${row.quantity}`}</td><td>{row.point}</td><td className="num">{Math.round(row.minutes)} 分钟</td><td>{row.why} <Basis ids={row.evidence} most={1} /></td></tr>)}</tbody></table>
      </section>
    )}
  </>
}

export function Future({ judgment }: { judgment: Judgment }) {
  if (!judgment.outlook.length) return null
  return (
    <section aria-label="后续研判"><h4>接下来可能触发</h4>
      <ul className="outlook">{judgment.outlook.map((item) => <li key={item.condition_id + item.needs}><LevelBadge level={item.level} /> {item.expected_at && <b>约 {timeOfDay(item.expected_at)}</b>} {item.text} <small>{item.clause}</small> <Basis ids={item.evidence} most={2} /></li>)}</ul>
    </section>
  )
}

export function Gaps({ judgment }: { judgment: Judgment }) {
  if (!judgment.gaps.length) return null
  return (
    <section className="not-known" aria-label="数据缺口"><h4>数据缺口</h4>
      <ul className="dots">{judgment.gaps.map((gap) => <li key={gap.number}><b>{gap.what}</b>：{plain(gap.why)}{gap.since && `（自 ${moment(gap.since)}）`}；影响 {gap.affects.join('、') || '—'}。{gap.remedy}</li>)}</ul>
    </section>
  )
}

export function Past({ judgment }: { judgment: Judgment }) {
  if (!judgment.past.length) return null
  return (
    <section aria-label="相似过程"><h4>相似过程与教训</h4>
      <ul className="dots">{judgment.past.map((item) => <li key={item.title + item.citation}><b>{item.title}</b>：{item.lesson} <small>{item.citation}</small></li>)}</ul>
    </section>
  )
}
