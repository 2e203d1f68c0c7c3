/** The trigger table: which rows, in which order, with which figures. */

import type { Condition, HazardPicture, Level, Picture, Reading, TestState } from '../types'
import { LEVELS, numeral } from './levels'
import type { Filter } from './place'

export interface Group { hazard: HazardPicture; level: Level; rows: Condition[]; of: number }

/** Start conditions by hazard and level, highest first; groups that the filter leaves empty are dropped. */
export function grouped(picture: Picture, filter: Filter): Group[] {
  return picture.hazards.flatMap((hazard) => LEVELS.flatMap((level) => {
    const all = hazard.conditions.filter((row) => row.level === level)
    const rows = all.filter((row) => shows(row, filter))
    return rows.length ? [{ hazard, level, rows, of: all.length }] : []
  }))
}

function shows(row: Condition, filter: Filter): boolean {
  if (filter === 'all') return true
  return filter === 'human' ? row.review : row.state === filter
}

export function counts(picture: Picture): Record<Filter, number> {
  const rows = picture.hazards.flatMap((hazard) => hazard.conditions)
  const count = (filter: Filter) => rows.filter((row) => shows(row, filter)).length
  return { all: rows.length, met: count('met'), unknown: count('unknown'), human: count('human') }
}

/** When the level that holds now was first reached by a condition that has been met ever since. */
export function metSince(hazard: HazardPicture): string | null {
  const since = hazard.conditions.filter((row) => row.state === 'met' && row.level === hazard.level).map((row) => row.since)
  return since.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
}

export function met(hazard: HazardPicture): Condition[] {
  return hazard.conditions.filter((row) => row.state === 'met').sort((a, b) => a.level - b.level || a.id.localeCompare(b.id))
}

export function conditionOf(picture: Picture, id: string): Condition | undefined {
  return picture.hazards.flatMap((hazard) => [...hazard.conditions, ...hazard.end_conditions]).find((row) => row.id === id)
}

/** A test's own figure and what it is held against: "18.4% ≥ 15%", "10 站 ≥ 3 站". */
export function measured(test: TestState): { observed: string; required: string } {
  const share = test.kind === 'areal_rain'
  const figure = (value: number) => (share ? (value * 100).toFixed(1) : number(value))
  const unit = share ? '%' : UNITS[test.kind] ?? ''
  const reach = test.upper !== null && test.observed !== null && test.upper > test.observed ? `–${figure(test.upper)}` : ''
  return { observed: test.observed === null ? '—' : figure(test.observed) + reach + unit, required: `≥ ${figure(test.required)}${unit}` }
}

const UNITS: Record<string, string> = {
  station_count: ' 站', forecast_districts: ' 区县', signal_districts: ' 区县', district_response: ' 区县', ticket_count: ' 件',
}

/** What each of the test's subjects has to reach: "1小时 ≥ 50 mm", "≥ 历史最高水位", "Ⅳ级以上". */
export function threshold(test: TestState): string {
  if (test.threshold === null) return ''
  const window = test.window_min ? `${span(test.window_min)} ` : ''
  if (test.kind === 'district_response') return `${numeral(Number(test.threshold) as Level)}级以上`
  if (test.kind === 'signal_districts') return `${test.threshold}色以上`
  if (test.kind === 'ticket_count') return `${window}${test.threshold}`
  return `${window}≥ ${typeof test.threshold === 'number' ? figure(test.threshold, test.unit) : REFERENCES[test.threshold] ?? test.threshold}`.trim()
}

/** Levels that each station has its own of. */
const REFERENCES: Record<string, string> = {
  warn_level: '警戒水位', guarantee_level: '保证水位', record_level: '历史最高水位', flood_limit_level: '汛限水位', design_level: '设计水位',
  check_level: '校核水位', dam_crest_level: '坝顶高程', depth_warn_cm: '警示水深', depth_close_cm: '封闭水深', rate_orange_mm_h: '橙色位移速率', rate_red_mm_h: '红色位移速率',
}

export function span(minutes: number): string {
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60}小时` : `${minutes}分钟`
}

export function number(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** A figure in the units that people say: "77.6 毫米", "18.4%". */
export function figure(value: number, unit: string): string {
  return unit === 'share' ? `${(value * 100).toFixed(1)}%` : `${number(value)} ${unitName(unit)}`.trim()
}

export function unitName(unit: string): string {
  return UNIT_NAMES[unit] ?? unit
}

const UNIT_NAMES: Record<string, string> = {
  mm: '毫米', cm: '厘米', m: '米', km: '公里', 'm/s': '米/秒', 'mm/h': '毫米/小时', min: '分钟', h: '小时', people: '人', count: '',
}

export function readingValue(reading: Reading, unit: string): string {
  if (reading.value === null) return '无值'
  return typeof reading.value === 'number' ? figure(reading.value, unit) : reading.value
}

/** The strongest readings first: true, unknown, false; larger values before smaller. */
export function ranked(readings: readonly Reading[]): Reading[] {
  const order = (verdict: boolean | null) => (verdict === true ? 0 : verdict === null ? 1 : 2)
  const size = (reading: Reading) => (typeof reading.value === 'number' ? reading.value : 0)
  return [...readings].sort((a, b) => order(a.verdict) - order(b.verdict) || size(b) - size(a))
}

/** Ids of conditions whose state differs between two pictures. */
export function differing(before: Picture, after: Picture): Set<string> {
  const states = new Map(before.hazards.flatMap((hazard) => hazard.conditions.map((row) => [row.id, row.state])))
  return new Set(after.hazards.flatMap((hazard) => hazard.conditions.filter((row) => states.get(row.id) !== row.state).map((row) => row.id)))
}
