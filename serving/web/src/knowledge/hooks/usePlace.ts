import { useCallback, useMemo } from 'react'
import { useHash } from '../../hooks/useHash'
import { parsePlace, placeHash, type Place } from '../state/place'

export type Go = (patch: Partial<Place>) => void

/** Where the page is, from the address; `go` changes it and stays the same function. */
export function usePlace(): [Place, Go] {
  const hash = useHash()
  const go = useCallback<Go>((patch) => {
    location.hash = placeHash({ ...parsePlace(location.hash), ...patch })
  }, [])
  return [useMemo(() => parsePlace(hash), [hash]), go]
}
