import { useEffect, useRef } from 'react'
import type { Situation } from '../types'
import { eventClock, useNow } from './useNow'

/** The event's clock between two answers of the server; a replayed moment stands still. */
export function useEventNow(situation: Situation, heardAt: number): number {
  const browserNow = useNow()
  const answers = useRef<{ now: number; heardAt: number }[]>([])
  useEffect(() => {
    if (situation.live) answers.current = [...answers.current.slice(-1), { now: Date.parse(situation.now), heardAt }]
  }, [situation, heardAt])
  if (!situation.live) return Date.parse(situation.at)
  return answers.current.length ? eventClock(answers.current, browserNow) : Date.parse(situation.now)
}
