import { STATES } from '../state/validity'
import type { State } from '../types'

/** In force, not yet, or no longer: sign and words, the colour only helps. */
export function StateTag({ state }: { state: State }) {
  const [sign, name] = STATES[state]
  return <span className={`tag state-${state}`}>{sign} {name}</span>
}

export function LevelTag({ level }: { level: string }) {
  return <span className="tag level">{level || '层级未标'}</span>
}
