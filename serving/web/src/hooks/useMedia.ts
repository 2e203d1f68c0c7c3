import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query holds, also when that changes. */
export function useMedia(query: string): boolean {
  const follow = useCallback((changed: () => void) => {
    const found = matchMedia(query)
    found.addEventListener('change', changed)
    return () => found.removeEventListener('change', changed)
  }, [query])
  return useSyncExternalStore(follow, () => matchMedia(query).matches)
}
