/** What the commander's page reads. Every key begins with "cmd"; live ones are refreshed by the event stream. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useApp } from '../../app'
import { createCommandApi, type CommandApi } from '../api'
import type { Place } from '../state/place'
import type { Situation } from '../types'

/** Without a stream (it may be down while requests get through) the picture is still asked for. */
const LIVE_MS = 15_000
const CALLS_MS = 5000
/** Until the server has looked at the plan for the first time. */
const SOON_MS = 2000

export function useCommandApi(): CommandApi {
  const { call } = useApp()
  return useMemo(() => createCommandApi(call), [call])
}

/** Refreshes the named parts ("situation", "timeline", "calls", …), or all of them. */
export function useRefresh(): (...parts: string[]) => void {
  const client = useQueryClient()
  return useCallback((...parts) => {
    if (!parts.length) void client.invalidateQueries({ queryKey: ['cmd'] })
    for (const part of parts) void client.invalidateQueries({ queryKey: ['cmd', part] })
  }, [client])
}

/** Which picture: of which event (null: the one that runs) and which moment of it (null: its newest). */
export type Moment = Pick<Place, 'at' | 'event'>

/** The picture of a moment; a past one never changes. While another is fetched the one before stays. */
export function useSituation({ at, event }: Moment) {
  const api = useCommandApi()
  const live = at === null && event === null
  return useQuery<Situation>({
    queryKey: live ? ['cmd', 'situation'] : ['cmd', 'past', event, at], queryFn: () => api.situation(at, event), placeholderData: (before) => before,
    ...(live ? { refetchInterval: (query) => (query.state.data ? LIVE_MS : SOON_MS) } : { staleTime: Infinity, gcTime: 60_000 }),
  })
}

export function useTimeline(event: string | null) {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'timeline', event], queryFn: () => api.timeline(event), placeholderData: (before) => before, refetchInterval: 60_000 })
}

export function useCityMap() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'map'], queryFn: api.map, staleTime: 300_000 }).data
}

export function useSeries(stationId: string, metric: string, from: string, at: string, event: string | null) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'series', stationId, metric, from, at, event], queryFn: () => api.series(stationId, metric, from, at, event),
    placeholderData: (before) => (before?.station_id === stationId && before.metric === metric ? before : undefined), gcTime: 60_000,
  })
}

/** The board of a moment. */
export function useCalls({ at, event }: Moment) {
  const api = useCommandApi()
  const live = at === null && event === null
  return useQuery({ queryKey: ['cmd', 'calls', event, at], queryFn: () => api.calls(at, event), refetchInterval: live ? CALLS_MS : false })
}

export function useJudgments(event: string | null) {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'judgments', event], queryFn: () => api.judgments(event), refetchInterval: LIVE_MS })
}

export function useJudgment(judgmentId: string | null) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'judgment', judgmentId], queryFn: () => api.judgment(judgmentId ?? ''), enabled: judgmentId !== null,
    staleTime: Infinity, placeholderData: (before) => before,
  })
}

export function useBriefings(event: string | null) {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'briefings', event], queryFn: () => api.briefings(event), refetchInterval: LIVE_MS })
}

export function useBriefing(briefingId: string | null, version: number | null) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'briefing', briefingId, version], queryFn: () => api.briefing(briefingId ?? '', version), enabled: briefingId !== null,
  })
}

export function useVersions(briefingId: string) {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'versions', briefingId], queryFn: () => api.versions(briefingId) })
}

export function useStorms() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'storms'], queryFn: api.storms })
}
