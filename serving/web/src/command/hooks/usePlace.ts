import { useCallback, useMemo } from 'react'
import { useHash } from '../../hooks/useHash'
import { parsePlace, placeHash, type Place } from '../state/place'

export type Go = (patch: Partial<Place>) => void

/** Where the page is, from the address. Looking at another moment or thing replaces the entry: "back" leaves the page. */
export function usePlace(): [Place, Go] {
  const hash = useHash()
  const go = useCallback<Go>((patch) => {
    const next = placeHash({ ...parsePlace(location.hash), ...patch })
    if ('pane' in patch) location.hash = next
    else location.replace(next)
  }, [])
  return [useMemo(() => parsePlace(hash), [hash]), go]
}
