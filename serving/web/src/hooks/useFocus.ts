import { useEffect, useRef } from 'react'

/** Focus an element by id once the next frame has drawn it. */
export function focusSoon(id: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.focus()))
}

/**
 * Where the hands go next: a decision that waits takes the focus to "approve", a finished one to "new call".
 * Never out of a text that is being written, and never out of a dialog.
 */
export function useFocusOnDecision(approvalId: string | null, status: string | null): void {
  useEffect(() => {
    if (approvalId && !isBusy()) focusSoon('approve')
  }, [approvalId])
  const before = useRef(status)
  useEffect(() => {
    const decided = before.current === 'waiting' || before.current === 'dispatching'
    if (decided && (status === 'dispatched' || status === 'routed') && !isBusy()) focusSoon('new-ticket')
    before.current = status
  }, [status])
}

function isBusy(): boolean {
  const focused = document.activeElement
  if (focused?.closest('[role="dialog"]')) return true
  return (focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement) && focused.value !== ''
}
