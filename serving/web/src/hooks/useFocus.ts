import { useEffect, useRef } from 'react'

/** Focus an element by id once the next frame has drawn it, if `still` holds then. */
export function focusSoon(id: string, still: () => boolean = () => true): void {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (still()) document.getElementById(id)?.focus()
  }))
}

/**
 * Where the hands go next: a decision that waits takes the focus to "approve", a finished one to "new call".
 * Never out of a text that is being written, and never out of a dialog.
 */
export function useFocusOnDecision(approvalId: string | null, status: string | null): void {
  useEffect(() => {
    if (approvalId) focusSoon('approve', isFree)
  }, [approvalId])
  const before = useRef(status)
  useEffect(() => {
    const decided = before.current === 'waiting' || before.current === 'dispatching'
    if (decided && (status === 'dispatched' || status === 'routed')) focusSoon('new-ticket', isFree)
    before.current = status
  }, [status])
}

function isFree(): boolean {
  const focused = document.activeElement
  if ([...document.querySelectorAll('[role="dialog"]')].some((dialog) => dialog.checkVisibility())) return false
  const typing = focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement
  return !typing || focused.readOnly || focused.value === ''
}
