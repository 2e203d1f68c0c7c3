/** One ticket on the desk: what the server holds, what its run says, what the operator changed, what may be done. */

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Refused } from '../api'
import { useApp } from '../app'
import { lowersUrgency, overlay, risks, toEdits, type Changes } from '../state/edits'
import type { RunView } from '../state/run'
import { useStored } from '../state/stored'
import type { Approval, City, Decision, PartialDecision, TicketDetail } from '../types'
import { useCity, useTicket } from './queries'
import { useRun } from './useRun'

export interface Desk {
  ticketId: string | null
  ticket: TicketDetail | undefined
  loadError: string | null
  run: RunView
  city: City | undefined
  /** As the system proposed it; null until there is one. */
  original: Decision | null
  /** As it would be approved, the operator's changes laid over. */
  shown: Decision | null
  /** What is known while the analysis runs. */
  partial: PartialDecision
  approval: Approval | null
  open: boolean
  changes: Changes
  setChanges: (next: (before: Changes) => Changes) => void
  risks: string[]
  needsReason: boolean
  deciding: boolean
  decideError: string | null
  decide: (decision: 'approve' | 'return', reason?: string) => void
  rerun: () => void
  rerunError: string | null
}

const NO_CHANGES: Changes = {}

export function useDesk(ticketId: string | null): Desk {
  const { api } = useApp()
  const client = useQueryClient()
  const city = useCity()
  const query = useTicket(ticketId)
  const ticket = query.data?.ticket_id === ticketId ? query.data : undefined
  const run = useRun(ticket?.run_id ?? null, ticketId)
  const approval = ticket?.approval?.run_id === ticket?.run_id ? ticket?.approval ?? null : null
  const open = approval?.status === 'pending'
  const original = (open ? approval?.action.decision : null) ?? ticket?.decision ?? run.decision
  const [changes, setChanges] = useStored<Changes>(`changes:${approval?.approval_id ?? 'none'}`, NO_CHANGES)
  const laid = open ? changes : NO_CHANGES
  const classes = city?.urgency_classes ?? []

  const refresh = () => Promise.all([
    client.invalidateQueries({ queryKey: ['ticket', ticketId] }),
    client.invalidateQueries({ queryKey: ['tickets'] }),
  ])
  const decision = useMutation({
    mutationFn: async ({ answer, reason }: { answer: 'approve' | 'return'; reason?: string }) => {
      if (!approval || !original) throw new Error('没有待确认的内容；请等分析完成')
      const edits = answer === 'approve' ? toEdits(original, laid) : undefined
      return api.decide(approval.approval_id, {
        decision: answer, action_hash: approval.action_hash, ...(edits && { edits }), ...(reason && { reason }),
      })
    },
    onSuccess: () => setChanges(NO_CHANGES),
    // Refused as used already: the first try had arrived, or somebody else was faster. Either way: show the truth.
    onError: (error) => error instanceof Refused && error.status === 409 && void refresh(),
    onSettled: refresh,
  })
  const again = useMutation({
    mutationFn: () => api.run('triage', { ticket_id: ticketId }),
    onSettled: refresh,
  })

  return {
    ticketId, ticket, run, city, original, approval, open, changes, setChanges,
    loadError: query.error && !ticket ? query.error.message : null,
    shown: original && overlay(original, laid, city),
    partial: run.partial,
    risks: original && open ? risks(original, laid, classes) : [],
    needsReason: Boolean(original && open && lowersUrgency(original, laid, classes)),
    deciding: decision.isPending,
    decideError: decision.error?.message ?? null,
    decide: (answer, reason) => decision.mutate({ answer, ...(reason && { reason }) }),
    rerun: () => again.mutate(),
    rerunError: again.error?.message ?? null,
  }
}
