import { useCallback, useEffect, useState } from 'react'

/** What the text box under the talk takes. */
export type Mode = 'caller' | 'operator' | 'ask'
export type Tab = 'queue' | 'talk' | 'ticket'
export type Dialog = 'confirm' | 'return' | 'help' | null

interface State {
  tab: Tab
  mode: Mode
  /** The demand that digits act on, counted from 1. */
  active: number
  correcting: boolean
  dialog: Dialog
  clause: { id: string; quote: string } | null
}

export interface View extends State { set: (patch: Partial<State>) => void }

const START: Omit<State, 'tab'> = { mode: 'caller', active: 1, correcting: false, dialog: null, clause: null }

/** What is open on the page; another ticket starts afresh, but the tab stays. */
export function useView(ticketId: string | null): View {
  const [state, setState] = useState<State>({ ...START, tab: 'talk' })
  const set = useCallback((patch: Partial<State>) => setState((before) => ({ ...before, ...patch })), [])
  useEffect(() => set(START), [ticketId, set])
  return { ...state, set }
}
