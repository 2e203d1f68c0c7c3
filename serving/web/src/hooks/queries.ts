/** What the page reads from the server, and how fresh it is kept. Names of the keys are used to refresh them. */

import { useQuery } from '@tanstack/react-query'
import { useApp } from '../app'
import type { Place } from '../types'

export function useHealth() {
  const { api } = useApp()
  return useQuery({ queryKey: ['health'], queryFn: api.health, refetchInterval: 5000 })
}

export function useCity() {
  const { api } = useApp()
  return useQuery({ queryKey: ['city'], queryFn: api.city, staleTime: Infinity }).data
}

export function useTickets(words: string) {
  const { api } = useApp()
  return useQuery({
    queryKey: ['tickets', words],
    queryFn: () => api.tickets(words),
    refetchInterval: 3000,
    placeholderData: (before) => before,
  })
}

/** Refreshed by the run's events; the slow interval catches what comes from elsewhere (a department's answer). */
export function useTicket(ticketId: string | null) {
  const { api } = useApp()
  return useQuery({
    queryKey: ['ticket', ticketId],
    queryFn: () => api.ticket(ticketId ?? ''),
    enabled: ticketId !== null,
    refetchInterval: 10_000,
  })
}

export function useClause(clauseId: string | null) {
  const { api } = useApp()
  return useQuery({
    queryKey: ['clause', clauseId],
    queryFn: () => api.clause(clauseId ?? ''),
    enabled: clauseId !== null,
    staleTime: 60_000,
  })
}

/** The place of an id, by searching for the id itself. */
export function usePlace(placeId: string | null | undefined): Place | undefined {
  const { api } = useApp()
  const query = useQuery({
    queryKey: ['place', placeId],
    queryFn: () => api.places(placeId ?? ''),
    enabled: Boolean(placeId),
    staleTime: Infinity,
  })
  return query.data?.items.find((place) => place.place_id === placeId)
}

export function usePlaces(words: string) {
  const { api } = useApp()
  return useQuery({
    queryKey: ['places', words],
    queryFn: () => api.places(words),
    enabled: words.trim() !== '',
    staleTime: 60_000,
    placeholderData: (before) => before,
  })
}
