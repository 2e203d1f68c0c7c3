import { useCallback } from 'react'
import { useHash } from './useHash'

const PREFIX = '#/ticket/'

/** The ticket in the address, so that a refresh or a shared link opens the same one; null is the new-ticket form. */
export function useSelected(): [string | null, (ticketId: string | null) => void] {
  const hash = useHash()
  const select = useCallback((ticketId: string | null) => {
    location.hash = ticketId ? PREFIX + encodeURIComponent(ticketId) : '#/new'
  }, [])
  return [hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null, select]
}
