import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApp } from '../app'
import { ENDING, followRun } from '../events'
import { emptyRun, reduceRun, type RunView } from '../state/run'
import type { RunEvent } from '../types'

const CHANGES_TICKET = new Set(['decision', 'approval.needed', 'approval.given', 'effect.done', 'outcome', ...ENDING])

/** The live view of a run, rebuilt from its first event whenever another run is chosen. */
export function useRun(runId: string | null, ticketId: string | null): RunView {
  const { onReach } = useApp()
  const client = useQueryClient()
  const [view, setView] = useState(() => emptyRun(runId ?? ''))
  useEffect(() => {
    setView(emptyRun(runId ?? ''))
    if (!runId) return
    const onEvents = (events: RunEvent[]) => {
      setView((before) => (before.runId === runId ? reduceRun(before, events) : before))
      if (!events.some((event) => CHANGES_TICKET.has(event.type))) return
      if (ticketId) void client.invalidateQueries({ queryKey: ['ticket', ticketId] })
      void client.invalidateQueries({ queryKey: ['tickets'] })
    }
    return followRun({ runId, after: 0, onEvents, onReach })
  }, [runId, ticketId, client, onReach])
  return view.runId === (runId ?? '') ? view : emptyRun(runId ?? '')
}
