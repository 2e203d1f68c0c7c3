import { useEffect, useRef } from 'react'

export type Shortcuts = Record<string, () => void>

/**
 * Alt+key shortcuts by physical key ("KeyA", "Digit1", "ArrowDown"), so that an input method or layout can't take
 * them, and "?" outside text fields. They work from anywhere on the page, open dialogs included.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const help = event.key === '?' && !isTyping(event.target)
      const alt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
      if (event.repeat || event.isComposing || !(alt || help)) return
      const run = latest.current[help ? '?' : event.code]
      if (!run) return
      event.preventDefault()
      event.stopPropagation()
      run()
    }
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [])
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target.isContentEditable)
}
