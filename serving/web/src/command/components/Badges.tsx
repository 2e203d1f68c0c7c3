import type { Colour, Level, State } from '../types'
import { COLOURS, levelClass, levelName, numeral, STATES } from '../state/levels'

/** A level: its numeral on its signal's colour. */
export function LevelBadge({ level, big }: { level: Level | null; big?: boolean }) {
  return <span className={`lvl ${levelClass(level)} ${big ? 'big' : ''}`} role="img" aria-label={levelName(level)}>{level ? `${numeral(level)}级` : '—'}</span>
}

/** What an unknown may hide: hatched, with a question mark, never only coloured. */
export function PossibleBadge({ level }: { level: Level }) {
  return <span className="possible" title="若未知的条件都成立，级别将是这一级">? 未知若成立 → {numeral(level)}级</span>
}

export function StateBadge({ state, review }: { state: State; review?: boolean }) {
  const [sign, name] = STATES[state]
  return <span className={`state st-${state} ${review ? 'review' : ''}`}><span aria-hidden="true">{sign}</span> {review ? '请人研判' : name}</span>
}

export function ColourBadge({ type, colour }: { type: string; colour: Colour }) {
  return <span className={`signal ${levelClass(COLOURS[colour])}`}>{type}{colour}色</span>
}

