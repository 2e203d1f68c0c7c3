import { useEffect, useRef, useState } from 'react'
import { useApp } from '../../app'
import { follow } from '../../events'
import type { SituationEvent } from '../types'
import { useRefresh } from './queries'

/** What an event makes stale; any other one (a signal, a finding, another plan) changes the picture and its line. */
const TOUCHES: Record<string, string[]> = {
  sources: ['situation'], decision: ['situation', 'timeline', 'calls'], call: ['calls'], tick: [],
  briefing: ['briefings', 'briefing', 'versions', 'timeline'], judgment: ['judgments', 'timeline'],
}
const PICTURE = ['situation', 'timeline']

/** A look at which only figures moved adds nothing to the line, which grows with the event. */
export function touched(event: SituationEvent): string[] {
  if (event.type === 'situation' && !event.changed?.length) return ['situation']
  return TOUCHES[event.type] ?? PICTURE
}

export interface Stream { connected: boolean; /** Conditions that changed with the newest event that changed any. */ changed: ReadonlySet<string> }

/** Follows what happens from `seq` on and refreshes what each event touches; told anew after every lost connection. */
export function useStream(seq: number | undefined): Stream {
  const { onReach } = useApp()
  const refresh = useRefresh()
  const [connected, setConnected] = useState(true)
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set())
  const start = useRef(seq)
  start.current ??= seq
  const ready = start.current !== undefined
  useEffect(() => {
    if (!ready) return
    let lost = false
    return follow<SituationEvent>({
      path: '/situation/events', after: start.current ?? 0, ends: new Set(),
      onReach: (reached) => {
        onReach(reached)
        setConnected(reached)
        if (reached && lost) refresh()
        lost = !reached
      },
      onEvents: (events) => {
        refresh(...new Set(events.flatMap(touched)))
        const news = events.flatMap((event) => event.changed ?? [])
        if (news.length) setChanged(new Set(news))
      },
    })
  }, [ready, onReach, refresh])
  return { connected, changed }
}
