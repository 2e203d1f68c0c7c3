import { useEffect } from 'react'
import { isTyping } from '../../hooks/useShortcuts'

export const SEARCH_BOX = 'kb-search'

/** "/" to the search box; arrows from there through the hits; Esc back. Enter on a hit is the link's own. */
export function useKnowledgeKeys(onHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || inDialog()) return
      const box = document.getElementById(SEARCH_BOX)
      const hits = [...document.querySelectorAll<HTMLElement>('a.hit')]
      const at = hits.indexOf(document.activeElement as HTMLElement)
      const inBox = document.activeElement === box
      const act = keyAction(event.key, { typing: isTyping(event.target), inBox, at, count: hits.length })
      if (act === null) return
      event.preventDefault()
      if (act === 'help') onHelp()
      else if (act === 'box') {
        box?.focus()
        if (box instanceof HTMLInputElement) box.select()
      } else hits[act]?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onHelp])
}

export interface Focus { typing: boolean; inBox: boolean; /** The hit with the focus, -1 for none. */ at: number; count: number }

/** What a key does: the number of the hit to go to, or a name; null leaves the key to the browser. */
export function keyAction(key: string, { typing, inBox, at, count }: Focus): number | 'box' | 'help' | null {
  if (key === 'ArrowDown' && (inBox || at >= 0) && at + 1 < count) return at + 1
  if (key === 'ArrowUp' && at >= 0) return at === 0 ? 'box' : at - 1
  if (key === 'Home' && at >= 0) return 0
  if (key === 'End' && at >= 0) return count - 1
  if (key === 'Escape' && at >= 0) return 'box'
  if (typing) return null
  return key === '/' ? 'box' : key === '?' ? 'help' : null
}

function inDialog(): boolean {
  return [...document.querySelectorAll('[role="dialog"]')].some((dialog) => dialog.checkVisibility())
}
