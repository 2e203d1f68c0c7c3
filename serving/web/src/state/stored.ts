/** What the operator typed and no server has yet: kept in this browser until it is accepted. */

import { useCallback, useState } from 'react'

const PREFIX = 'pingji:'

export function load<T>(key: string, fallback: T): T {
  const raw = localStorage.getItem(PREFIX + key)
  if (raw === null) return fallback
  try {
    return JSON.parse(raw) as T
  } catch {
    localStorage.removeItem(PREFIX + key) // written by something else: unreadable for us for ever
    return fallback
  }
}

/** `undefined` removes the entry. */
export function save(key: string, value: unknown): void {
  if (value === undefined) localStorage.removeItem(PREFIX + key)
  else localStorage.setItem(PREFIX + key, JSON.stringify(value))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Setter<T> = (next: T | ((before: T) => T)) => void

/** State that survives a refresh. A changed `key` shows that key's value at once; `fallback` is not stored. */
export function useStored<T>(key: string, fallback: T): [T, Setter<T>] {
  const [held, setHeld] = useState(() => ({ key, value: load(key, fallback) }))
  const value = held.key === key ? held.value : load(key, fallback)
  const set = useCallback<Setter<T>>((next) => {
    const before = load(key, fallback)
    const after = typeof next === 'function' ? (next as (before: T) => T)(before) : next
    save(key, same(after, fallback) ? undefined : after)
    setHeld({ key, value: after })
    // `fallback` is a literal at every call: only the key tells values apart.
  }, [key])
  return [value, set]
}
