import { Button } from 'antd'
import { useClock, useCommand } from '../command'
import { met, metSince } from '../state/conditions'
import { shownFirst } from '../state/deadlines'
import { left, old, when } from '../state/freshness'
import { asksToSign, couldBeHigher, levelClass, levelName } from '../state/levels'
import type { HazardPicture, Level } from '../types'
import { LevelBadge, PossibleBadge } from './Badges'

/** By hazard: the level by the rules and since when, what unknowns may hide, and what a named person has signed. */
export function LevelStrip({ onDecide }: { onDecide: (hazard: string) => void }) {
  const { situation } = useCommand()
  return (
    <section className="strip" aria-label="各灾种级别">
      {situation.picture.hazards.map((hazard) => (
        <HazardCard key={hazard.hazard} hazard={hazard} signed={situation.signed[hazard.hazard] ?? null} onDecide={() => onDecide(hazard.hazard)} />
      ))}
    </section>
  )
}

function HazardCard({ hazard, signed, onDecide }: { hazard: HazardPicture; signed: Level | null; onDecide: () => void }) {
  const { situation, canAct, go } = useCommand()
  const now = useClock()
  const since = metSince(hazard)
  const clauses = met(hazard).filter((row) => row.level === hazard.level)
  return (
    <article className={`hazard ${levelClass(hazard.level)}-edge`} aria-label={`${hazard.name}：${levelName(hazard.level)}`}>
      <h2>{hazard.name}</h2>
      <LevelBadge level={hazard.level} big />
      <div className="hazard-words">
        <p className="rule">
          {hazard.level
            ? <>自 <b>{when(since, now)}</b> 成立 <button type="button" className="link" onClick={() => go({ pane: 'table', filter: 'met' })}>{clauses.map((row) => row.clause).join('、')}</button></>
            : hazard.possible ? '没有启动条件确认成立' : '没有启动条件成立'}
        </p>
        <p className="hazard-more">
          <Signed level={hazard.level} signed={signed} since={since} />
          {couldBeHigher(hazard.level, hazard.possible) && hazard.possible && <PossibleBadge level={hazard.possible} />}
        </p>
      </div>
      {canAct && <Button type={asksToSign(situation.advice[hazard.hazard]) ? 'primary' : 'default'} onClick={onDecide} aria-label={`${hazard.name}：签发决定`}>签发…</Button>}
    </article>
  )
}

/** Met but not signed is what this page exists to close: it says for how long. */
function Signed({ level, signed, since }: { level: Level | null; signed: Level | null; since: string | null }) {
  const now = useClock()
  const open = level !== null && (signed === null || level < signed)
  if (open) {
    return <b className="unsigned">✕ {signed ? `只签发到${levelName(signed)}` : '尚未签发'}{since && `，已过 ${old((now - Date.parse(since)) / 1000)}`}</b>
  }
  return <span className="signed">{signed ? `✓ 已签发：${levelName(signed)}` : '未启动响应'}</span>
}

const NEAR_MS = 600_000

export function Countdowns() {
  const { situation } = useCommand()
  const now = useClock()
  if (!situation.countdowns.length) return null
  const [shown, others] = shownFirst(situation.countdowns, now)
  return (
    <section className="countdowns" aria-label="报送与会商时限"><ul>
      {shown.map((item) => {
        const time = Date.parse(item.due_at) - now
        return (
          <li key={item.kind + item.title + item.due_at} className={time < 0 ? 'late' : time < NEAR_MS ? 'near' : ''}>
            <b>{time < 0 ? `✕ 超 ${old(-time / 1000)}` : `剩 ${left(time)}`}</b>
            <span>{item.title} <small>{when(item.due_at, now)} 前 · {item.clause}</small></span>
          </li>
        )
      })}
      {others.length > 0 && <li className="more" title={others.map((item) => `${when(item.due_at, now)} 前 ${item.title}`).join('\n')}>另有 {others.length} 项：{others[0]?.title}{others.length > 1 ? ' 等' : ''}</li>}
    </ul></section>
  )
}
