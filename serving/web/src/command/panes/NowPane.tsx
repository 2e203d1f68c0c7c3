import { Button } from 'antd'
import { timeOfDay } from '../../state/format'
import { AlertLines } from '../components/AlertLines'
import { LevelBadge, StateBadge } from '../components/Badges'
import { useClock, useCommand, useLook } from '../command'
import { useCalls } from '../hooks/queries'
import { callCounts } from '../state/calls'
import { counts, met } from '../state/conditions'
import { old, sourceLine, sourceName, when } from '../state/freshness'
import { adviceLine, LEVELS } from '../state/levels'
import { plain } from '../state/plain'
import { latest, MARKS } from '../state/timeline'
import type { Condition, HazardPicture } from '../types'

/** What a commander needs before anything else: the advice, what changed, who has not answered, what is not known. */
export function NowPane() {
  return (
    <div className="now scroll">
      <div className="now-side"><Advice /><CallsNow /><MetNow /><NotKnown /></div>
      <div className="now-side"><Alerts /><News most={9} /><Clusters /></div>
    </div>
  )
}

export function Advice() {
  const { situation, judgment, go } = useCommand()
  const now = useClock()
  return (
    <section aria-label="建议">
      <h3>按预案的建议</h3>
      {situation.picture.hazards.map((hazard) => <p key={hazard.hazard} className="advice-line">{adviceLine(hazard, situation.advice[hazard.hazard])}</p>)}
      {judgment && <p><small>第 {judgment.number} 次研判 {timeOfDay(judgment.at)}，{old((now - Date.parse(judgment.at)) / 1000)}前</small> <button type="button" className="link to-judgment" onClick={() => go({ pane: 'judgment' })}>措施、转移、预置力量 →</button></p>}
      <p className="quiet-line">系统只作建议：启动、调整、终止由预案规定的岗位签发。</p>
    </section>
  )
}

/** What happened last, newest first. */
export function News({ most }: { most: number }) {
  const { timeline, situation, go } = useCommand()
  const items = timeline ? latest(timeline, situation.at, most) : []
  return (
    <section className="lately" aria-label="最近变化">
      <h3>最近变化</h3>
      {!items.length && <p className="quiet-line">{timeline ? '还没有变化。' : '正在读取…'}</p>}
      <ul>
        {items.map((mark, at) => (
          <li key={`${mark.at}${mark.subject}${at}`}>
            <button type="button" className="link time" title="回放这一刻" onClick={() => go({ at: mark.at })}>{timeOfDay(mark.at)}</button>
            <span className={`mark-sign k-${mark.kind}`} title={MARKS[mark.kind][1]}>{MARKS[mark.kind][0]}</span>
            <span>{plain(mark.text)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What makes each hazard's level stands in full; what is met below it is implied, and only named. */
export function MetNow() {
  const { situation } = useCommand()
  const rows = situation.picture.hazards.flatMap(met)
  return (
    <section aria-label="成立的条件">
      <h3>成立的启动条件 {rows.length}</h3>
      <ul className="met-rows">{situation.picture.hazards.map((hazard) => <MetOf key={hazard.hazard} hazard={hazard} />)}</ul>
      {!rows.length && <p className="quiet-line">没有启动条件成立。</p>}
    </section>
  )
}

function MetOf({ hazard }: { hazard: HazardPicture }) {
  const { situation } = useCommand()
  const rows = met(hazard)
  const lower = LEVELS.map((level) => rows.filter((row) => row.level === level && row.level !== hazard.level)).filter((own) => own.length)
  return <>
    {rows.filter((row) => row.level === hazard.level).map((row) => (
      <li key={row.id}><LevelBadge level={row.level} /><Clause row={row} /><span className="met-text">{row.text}</span><small>自 {when(row.since, situation.at)}</small></li>
    ))}
    {lower.map((own) => <li key={own[0]?.level} className="met-lower"><LevelBadge level={own[0]?.level ?? null} /><span className="met-text">{own.map((row) => <Clause key={row.id} row={row} />)}</span></li>)}
  </>
}

function Clause({ row }: { row: Condition }) {
  const look = useLook()
  return <button type="button" className="link" title={row.text} onClick={() => look({ kind: 'condition', id: row.id })}>{row.clause}</button>
}

export function Alerts() {
  const { situation } = useCommand()
  const inForce = situation.alerts_count ?? situation.alerts.length
  return (
    <section aria-label="生效预警">
      <h3>生效的预警信号 {inForce}</h3>
      <AlertLines />
      {situation.sources.some((source) => source.name === 'alerts' && source.state !== 'ok') && <p className="why-unknown">来源中断：所列是最后收到的，可能已经变化。</p>}
      {inForce > situation.alerts.length && <p className="quiet-line">只列最要紧的 {situation.alerts.length} 条。</p>}
      {!situation.alerts.length && <p className="quiet-line">无。</p>}
    </section>
  )
}

export function CallsNow() {
  const { place, go } = useCommand()
  const now = useClock()
  const calls = useCalls(place).data?.items ?? []
  const count = callCounts(calls, now)
  if (!calls.length) return null
  return (
    <section aria-label="叫应概况">
      <h3>叫应</h3>
      <p className="call-counts">
        {count.overdue > 0 && <b className="unsigned">✕ 超时 {count.overdue}</b>}
        <span>待叫 {count.to_call}</span><span>呼叫中 {count.calling}</span><span>已升级 {count.escalated}</span><span>已应答 {count.acknowledged}</span>
        <Button size="small" type={count.overdue ? 'primary' : 'default'} onClick={() => go({ pane: 'calls' })}>叫应板</Button>
      </p>
    </section>
  )
}

export function NotKnown() {
  const { situation, judgment, go } = useCommand()
  const now = useClock()
  const count = counts(situation.picture)
  const down = situation.sources.filter((source) => source.state !== 'ok')
  if (!count.unknown && !count.human && !down.length) return null
  return (
    <section className="not-known" aria-label="还不知道的">
      <h3>还不知道的</h3>
      {count.unknown > 0 && <p><StateBadge state="unknown" /> <button type="button" className="link" onClick={() => go({ pane: 'table', filter: 'unknown' })}>{count.unknown} 条条件数据不足，不当作不成立</button></p>}
      {count.human > 0 && <p><StateBadge state="human" review /> <button type="button" className="link" onClick={() => go({ pane: 'table', filter: 'human' })}>{count.human} 条等人下结论</button></p>}
      {down.map((source) => <p key={source.name} title={source.why}><small>{sourceName(source.name)} {sourceLine(source, now, situation.live)}</small></p>)}
      {judgment?.gaps.slice(0, 3).map((gap) => <p key={gap.number}><small>{gap.what}：{plain(gap.why)}</small></p>)}
    </section>
  )
}

function Clusters() {
  const { situation } = useCommand()
  const look = useLook()
  if (!situation.clusters.length) return null
  return (
    <section aria-label="群众报告">
      <h3>群众报告聚集 {situation.clusters.length}</h3>
      <ul className="cluster-rows">
        {situation.clusters.slice(0, 6).map((row) => (
          <li key={row.cluster_id}><button type="button" className="link" onClick={() => look({ kind: 'cluster', id: row.cluster_id })}>{row.place}</button> {row.kind} {row.count} 件{row.unseen && <b className="unseen-tag">! 站点未见</b>}</li>
        ))}
      </ul>
    </section>
  )
}
