import { endsFor, type Draft } from '../state/decision'
import { levelName } from '../state/levels'
import { plain } from '../state/plain'
import type { HazardPicture, Level } from '../types'
import { StateBadge } from './Badges'

/** What the plan wants met before a level is left, row by row, whether it is or not. */
export function EndConditions({ hazard, draft, signed }: { hazard: HazardPicture; draft: Draft; signed: Level | null }) {
  const { rows, unseen } = endsFor(hazard, draft, signed)
  if (!rows.length && !unseen.length) return null
  const met = rows.filter((row) => row.state === 'met').length
  return (
    <section className="end-conditions" aria-label="终止条件">
      <h3>终止条件{rows.length > 0 && ` ${met} / ${rows.length} 成立`}，须全部满足；待人判的由签发人确认，并有书面记录</h3>
      <ul>
        {rows.map((row) => <li key={row.id}><StateBadge state={row.state} /> <b>{row.clause}</b> {row.text}{row.state !== 'met' && row.why && <small>{plain(row.why)}</small>}</li>)}
        {unseen.map((level) => <li key={level}><StateBadge state="unknown" /> {levelName(level)}的终止条件还没有核对{level !== signed && '：上一级未满足'}</li>)}
      </ul>
    </section>
  )
}

/** That a choice is not what the system advises, and what speaks against it: told, not forbidden. */
export function Departure({ lines: [advice, ...against] }: { lines: readonly string[] }) {
  if (!advice) return null
  return (
    <div className="departure" role="status">
      <b>⚠ 与系统建议不同（{advice}）：理由须写明为什么</b>
      {against.length > 0 && <ul className="dots">{against.map((line) => <li key={line}>{line}</li>)}</ul>}
    </div>
  )
}
