import { useEffect, useRef, useState } from 'react'

const FRAMES = 60

/** Focus an element by id once it is drawn, if `still` holds then. A busy machine may need many frames for it. */
export function focusSoon(id: string, still: () => boolean = () => true): void {
  requestAnimationFrame(() => nextFrame(id, still, FRAMES))
}

function nextFrame(id: string, still: () => boolean, frames: number): void {
  requestAnimationFrame(() => {
    if (!still()) return
    const element = document.getElementById(id)
    element?.focus()
    if (frames > 0 && (element === null || document.activeElement !== element)) nextFrame(id, still, frames - 1)
  })
}

/** What is gone again gives the keyboard back to what had it before, so that nobody starts anew at the top of the page. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(() => () => {
    const lost = document.activeElement === document.body
    if (lost && (before instanceof HTMLElement || before instanceof SVGElement) && before.isConnected) before.focus()
  }, [before])
}

/**
 * Where the hands go next: a decision that waits takes the focus to "approve", a finished one to "new call".
 * Never out of a text that is being written, never out of a question to the knowledge base, and never out of a dialog.
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
  if (focused instanceof HTMLElement && focused.dataset.asking) return false
  const typing = focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement
  return !typing || focused.readOnly || focused.value === ''
}
