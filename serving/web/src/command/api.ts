/** Calls of the commander's page; failures are those of ../api. */

import type { Call } from '../api'
import type { Briefing, BriefingDiff, BriefingRow, Edit, Form } from './briefing/types'
import type {
  CallState, CityMap, DecisionWish, FindingWish, Judgment, JudgmentRow, Series, Situation, Storm, Timeline, WhatIf, WhatIfChange,
} from './types'

export type CallAct = 'call' | 'acknowledge' | 'escalate' | 'note'
export type CommandApi = ReturnType<typeof createCommandApi>

export function createCommandApi(call: Call) {
  const id = encodeURIComponent
  const query = (values: Record<string, string | number | null>) => {
    const given = Object.entries(values).filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)])
    return given.length ? `?${new URLSearchParams(given)}` : ''
  }
  return {
    situation: (at: string | null, event_id: string | null) => call<Situation>(`/situation${query({ at, event_id })}`),
    storms: () => call<{ open: string; items: Storm[] }>('/situation/list'),
    openStorm: (title: string) => call<{ event_id: string }>('/situation/event', { title }),
    closeStorm: (note: string) => call<{ event_id: string }>('/situation/event/close', { note }),
    timeline: (event_id: string | null) => call<Timeline>(`/situation/timeline${query({ event_id })}`),
    map: () => call<CityMap>('/situation/map'),
    series: (station_id: string, metric: string, from: string, at: string, event_id: string | null) =>
      call<Series>(`/situation/series${query({ station_id, metric, from, to: at, at, event_id })}`),
    whatIf: (at: string | null, changes: readonly WhatIfChange[]) => call<WhatIf>('/situation/whatif', { at, changes }),
    decide: (wish: DecisionWish) => call<unknown>('/situation/decisions', wish),
    find: (wish: FindingWish) => call<unknown>('/situation/findings', wish),
    calls: (at: string | null, event_id: string | null) => call<{ items: CallState[] }>(`/calls${query({ at, event_id })}`),
    act: (contactId: string, action: CallAct, text: string) => call<unknown>(`/calls/${id(contactId)}`, { action, text }),
    judge: (at: string | null) => call<{ run_id: string; judgment_id: string | null }>('/judgments', { at, trigger: 'request' }),
    judgments: (event_id: string | null) => call<{ items: JudgmentRow[] }>(`/judgments${query({ event_id })}`),
    judgment: (judgmentId: string) => call<Judgment>(`/judgments/${id(judgmentId)}`),
    briefings: (event_id: string | null) => call<{ items: BriefingRow[] }>(`/briefings${query({ event_id })}`),
    compose: (judgment_id: string, form: Form) => call<Briefing>('/briefings', { judgment_id, form }),
    briefing: (briefingId: string, version: number | null) => call<Briefing>(`/briefings/${id(briefingId)}${query({ version })}`),
    edit: (briefingId: string, edits: readonly Edit[], base_version: number) =>
      call<Briefing>(`/briefings/${id(briefingId)}`, { edits, base_version }, 'PATCH'),
    versions: (briefingId: string) => call<{ items: BriefingRow[] }>(`/briefings/${id(briefingId)}/versions`),
    diff: (briefingId: string, from: number, to: number) => call<BriefingDiff>(`/briefings/${id(briefingId)}/diff${query({ from, to })}`),
    sign: (briefingId: string, post: string, version: number, reason: string) =>
      call<Briefing>(`/briefings/${id(briefingId)}/sign`, { post, version, reason }),
  }
}

export type ExportKind = 'docx' | 'pdf' | 'html' | 'md'
export function exportPath(briefingId: string, kind: ExportKind, version: number): string {
  return `/api/briefings/${encodeURIComponent(briefingId)}.${kind}?version=${version}`
}
