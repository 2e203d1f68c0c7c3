/** Hypothetical figures: one for each subject, set by sliders, never mixed up with what was measured. */

import type { WhatIfChange } from '../types'
import { span } from './conditions'

export interface Range { min: number; max: number; step: number; unit: string }
const RANGES: Record<string, Range> = {
  rain_10min: { min: 0, max: 60, step: 1, unit: 'mm' }, water_level: { min: 0, max: 60, step: 0.1, unit: 'm' },
  water_depth: { min: 0, max: 150, step: 1, unit: 'cm' }, displacement_rate: { min: 0, max: 60, step: 0.5, unit: 'mm/h' },
  wind_avg: { min: 0, max: 50, step: 0.5, unit: 'm/s' }, gust: { min: 0, max: 60, step: 0.5, unit: 'm/s' },
}
const RAIN: Record<number, number> = { 60: 150, 180: 250, 360: 300, 1440: 500 }
export const RAIN_WINDOWS = [60, 180, 360, 1440] as const
const REACH = 8 // metres either side of a level as it is measured now

export function keyOf(change: WhatIfChange): string {
  return change.kind === 'station' ? `${change.station_id}|${change.metric}` : `${change.district_code}|${change.window_min}`
}

export function withChange(changes: readonly WhatIfChange[], change: WhatIfChange): WhatIfChange[] {
  const known = changes.some((other) => keyOf(other) === keyOf(change))
  return known ? changes.map((other) => (keyOf(other) === keyOf(change) ? change : other)) : [...changes, change]
}

/** The slider's ends. A level means little from zero: it moves around what is measured now. */
export function rangeOf(change: WhatIfChange, measuredNow: number | null): Range {
  if (change.kind === 'district_rain') return { min: 0, max: RAIN[change.window_min] ?? 500, step: 1, unit: 'mm' }
  const range = RANGES[change.metric] ?? { min: 0, max: 100, step: 1, unit: '' }
  if (change.metric !== 'water_level' || measuredNow === null) return range
  return { ...range, min: Math.max(0, Math.floor(measuredNow - REACH)), max: Math.ceil(measuredNow + REACH) }
}

export function changeName(change: WhatIfChange, names: (id: string) => string): string {
  return change.kind === 'station' ? names(change.station_id) : `${names(change.district_code)} ${span(change.window_min)}面雨量`
}
