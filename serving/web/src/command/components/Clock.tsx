import type { ReactNode } from 'react'
import { ClockContext } from '../command'
import { useEventNow } from '../hooks/useEventNow'
import type { Situation } from '../types'

/** Lets the event's clock run for what lies in it. */
export function Clock({ situation, heardAt, children }: { situation: Situation; heardAt: number; children: ReactNode }) {
  return <ClockContext.Provider value={useEventNow(situation, heardAt)}>{children}</ClockContext.Provider>
}
