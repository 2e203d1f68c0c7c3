/** What the commander's page reads. Every key begins with "cmd"; live ones are refreshed by the event stream. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useApp } from '../../app'
import { createCommandApi, type CommandApi } from '../api'

/** Without a stream (it may be down while requests get through) the picture is still asked for. */
const LIVE_MS = 15_000

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

/** The picture of a moment; a past one never changes. While another is fetched the one before stays. */
export function useSituation(at: string | null) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'situation', at ?? 'live'], queryFn: () => api.situation(at), placeholderData: (before) => before,
    ...(at === null ? { refetchInterval: LIVE_MS } : { staleTime: Infinity, gcTime: 60_000 }),
  })
}

export function useTimeline() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'timeline'], queryFn: api.timeline, refetchInterval: 60_000 })
}

export function useCityMap() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'map'], queryFn: api.map, staleTime: 300_000 }).data
}

export function useSeries(stationId: string, metric: string, from: string, at: string) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'series', stationId, metric, from, at], queryFn: () => api.series(stationId, metric, from, at),
    placeholderData: (before) => (before?.station_id === stationId && before.metric === metric ? before : undefined), gcTime: 60_000,
  })
}

/** The board of a moment; null is now. */
export function useCalls(at: string | null) {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'calls', at ?? 'live'], queryFn: () => api.calls(at), refetchInterval: at === null ? 5000 : false })
}

export function useJudgments() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'judgments'], queryFn: api.judgments, refetchInterval: LIVE_MS })
}

export function useJudgment(judgmentId: string | null) {
  const api = useCommandApi()
  return useQuery({
    queryKey: ['cmd', 'judgment', judgmentId], queryFn: () => api.judgment(judgmentId ?? ''), enabled: judgmentId !== null,
    staleTime: Infinity, placeholderData: (before) => before,
  })
}

export function useBriefings() {
  const api = useCommandApi()
  return useQuery({ queryKey: ['cmd', 'briefings'], queryFn: api.briefings, refetchInterval: LIVE_MS })
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
