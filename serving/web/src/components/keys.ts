import type { KeyboardEvent } from 'react'

/** Ctrl+Enter (or Cmd+Enter), but not while an input method is composing. */
export function submits(event: KeyboardEvent): boolean {
  const pressed = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing
  if (pressed) event.preventDefault()
  return pressed
}
