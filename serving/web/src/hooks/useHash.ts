import { useEffect, useSyncExternalStore } from 'react'

const ROOTS = { knowledge: '#/knowledge', command: '#/command' } as const
const KEPT = 'pingji:left:'

/** The part of the address after #, followed. */
export function useHash(): string {
  return useSyncExternalStore(onHashChange, () => location.hash)
}

function onHashChange(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export type PageName = 'desk' | keyof typeof ROOTS

export function pageOf(hash: string): PageName {
  const is = (root: string) => hash === root || hash.startsWith(`${root}?`)
  return is(ROOTS.knowledge) ? 'knowledge' : is(ROOTS.command) ? 'command' : 'desk'
}

/** The page shown, and for each page the address where it was left in this tab: going back returns there. */
export function usePages(): { here: PageName; links: Record<PageName, string> } {
  const hash = useHash()
  const here = pageOf(hash)
  useEffect(() => sessionStorage.setItem(KEPT + here, hash), [here, hash])
  const left = (name: PageName, start: string) => (name === here ? hash || start : sessionStorage.getItem(KEPT + name) || start)
  return { here, links: { desk: left('desk', '#/new'), knowledge: left('knowledge', ROOTS.knowledge), command: left('command', ROOTS.command) } }
}
