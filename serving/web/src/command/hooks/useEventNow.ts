import type { Situation } from '../types'
import { eventClock, useNow } from './useNow'

/** The event's clock between two answers of the server; a replayed moment stands still. */
export function useEventNow(situation: Situation, heardAt: number): number {
  const browserNow = useNow()
  return situation.live ? eventClock(situation, heardAt, browserNow) : Date.parse(situation.at)
}
