import { useEffect } from 'react'
import { isTyping } from '../../hooks/useShortcuts'
import type { Pane, Place } from '../state/place'
import type { Go } from './usePlace'

const PANES: Record<string, Pane> = { 1: 'now', 2: 'table', 3: 'judgment', 4: 'briefing', 5: 'calls' }

export const KEYS: [keys: string, what: string][] = [
  ['1 … 5', '态势、条件、研判、文件、叫应'], ['L', '回到实时'], ['U', '只看未知的条件'], ['M', '只看成立的条件'],
  ['W', '大屏 / 退出大屏'], ['← / →', '在时间轴上移动（先用 Tab 移到时间轴）'], ['Esc', '关闭证据或窗口'], ['?', '显示本表'],
]

/** Single keys outside text fields and dialogs; signing has none, on purpose. */
export function useCommandKeys(place: Place, go: Go, onHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || inDialog()) return
      const act = keyAction(event.key, place)
      if (act === null) return
      event.preventDefault()
      if (act === 'help') onHelp()
      else go(act)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [place, go, onHelp])
}

/** Where a key leads; null leaves it to the browser. */
export function keyAction(key: string, place: Place): Partial<Place> | 'help' | null {
  const pane = PANES[key]
  if (pane) return { pane }
  switch (key.toLowerCase()) {
    case 'l': return { at: null, event: null }
    case 'u': return { pane: 'table', filter: 'unknown' }
    case 'm': return { pane: 'table', filter: 'met' }
    case 'w': return { wall: !place.wall, pane: 'now' }
    case 'escape': return place.look ? { look: null } : null
    case '?': return 'help'
    default: return null
  }
}

function inDialog(): boolean {
  return [...document.querySelectorAll('[role="dialog"]')].some((dialog) => dialog.checkVisibility())
}
