/** What every part of the commander's page may use: the picture, the moment it is of, and where the page is. */

import { createContext, useContext } from 'react'
import type { Go } from './hooks/usePlace'
import type { Names } from './state/names'
import type { Place, Subject } from './state/place'
import { lookAt } from './state/place'
import type { CityMap, Judgment, Situation, Timeline } from './types'

export interface Command {
  situation: Situation
  timeline: Timeline | undefined
  map: CityMap | undefined
  /** The newest judgment at the moment shown. */
  judgment: Judgment | undefined
  names: Names
  place: Place
  /** The event that is looked at, at a past moment the one of then; null is the one that runs. */
  event: string | null
  go: Go
  /** Acts are for the present and not for the wall. */
  canAct: boolean
  /** Conditions that changed last. */
  changed: ReadonlySet<string>
}

export const CommandContext = createContext<Command | null>(null)

export function useCommand(): Command {
  const command = useContext(CommandContext)
  if (!command) throw new Error('useCommand needs a CommandContext.Provider above it')
  return command
}

/** The event's own clock, in milliseconds, apart from the rest: only what shows it is drawn anew every second. */
export const ClockContext = createContext(0)

export function useClock(): number {
  return useContext(ClockContext)
}

export function useLook(): (subject: Subject) => void {
  const { go } = useCommand()
  return (subject) => go({ look: lookAt(subject) })
}
