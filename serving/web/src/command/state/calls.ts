/** The calls board: what a commander must see first stands first. */

import type { CallState } from '../types'

export const CALL_STATES: Record<CallState['state'], [sign: string, name: string]> = {
  overdue: ['✕', '超时'], escalated: ['↑', '已升级'], calling: ['◐', '呼叫中'], to_call: ['○', '待叫应'], acknowledged: ['✓', '已应答'],
}
const ORDER: CallState['state'][] = ['overdue', 'escalated', 'calling', 'to_call', 'acknowledged']

/** What stands on a call's row: nobody picked up is known before the time is over. */
export function callWord(call: CallState, now: number): [sign: string, name: string] {
  const state = stateAt(call, now)
  if (state !== 'overdue') return CALL_STATES[state]
  if (!call.called_at) return ['✕', '超时未叫']
  return Date.parse(call.due_at) < now ? ['✕', '超时未答'] : ['✕', '无人接听']
}

/** A call that nobody answered in time is overdue, also before the server has said so. */
export function stateAt(call: CallState, now: number): CallState['state'] {
  const open = call.state === 'to_call' || call.state === 'calling'
  return open && Date.parse(call.due_at) < now ? 'overdue' : call.state
}

export function orderedCalls(calls: readonly CallState[], now: number): CallState[] {
  return [...calls].sort((a, b) => ORDER.indexOf(stateAt(a, now)) - ORDER.indexOf(stateAt(b, now)) || Date.parse(a.due_at) - Date.parse(b.due_at))
}

/** Who is to be called and has not been: their time may be over or not. */
export function uncalled(calls: readonly CallState[], now: number): CallState[] {
  return orderedCalls(calls, now).filter((call) => !call.called_at && (call.state === 'to_call' || call.state === 'overdue'))
}

export function callCounts(calls: readonly CallState[], now: number): Record<CallState['state'], number> {
  const counts = { overdue: 0, escalated: 0, calling: 0, to_call: 0, acknowledged: 0 }
  for (const call of calls) counts[stateAt(call, now)] += 1
  return counts
}
