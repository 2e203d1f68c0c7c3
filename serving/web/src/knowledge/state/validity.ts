/** Whether a version stands on a day, in the words and signs that people read. */

import type { State, Validity } from '../types'

export const STATES: Record<State, [sign: string, name: string]> = {
  in_force: ['●', '现行有效'], not_yet: ['◌', '尚未施行'], ended: ['✕', '已失效'],
}
const REASONS: Record<string, string> = { successor: '被新版本取代', repealed: '被明文废止', hand: '人工标注失效' }

/** Half-open, as the server has it: on `valid_to` it no longer stands. Days compare as text. */
export function stateOn(validity: Pick<Validity, 'valid_from' | 'valid_to'>, day: string): State {
  if (validity.valid_from && day < validity.valid_from) return 'not_yet'
  return validity.valid_to && day >= validity.valid_to ? 'ended' : 'in_force'
}

/** "2021-01-01 起施行", "1995-05-01 至 2020-12-31 有效". */
export function span({ valid_from, valid_to }: Pick<Validity, 'valid_from' | 'valid_to'>): string {
  if (valid_from && valid_to) return `${valid_from} 至 ${dayBefore(valid_to)} 有效`
  if (valid_to) return `有效至 ${dayBefore(valid_to)}`
  return valid_from ? `${valid_from} 起施行` : '施行日期不详'
}

/** The same, short enough for a button. */
export function spanShort({ valid_from, valid_to }: Pick<Validity, 'valid_from' | 'valid_to'>): string {
  return `${valid_from ?? '不详'} → ${valid_to ? dayBefore(valid_to) : '今'}`
}

export function whyEnded(reason: string | undefined): string {
  return (reason && REASONS[reason]) ?? ''
}

export function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - 1)
  return date.toISOString().slice(0, 10)
}

/** A day on which this version is the one in force: how versions are named to the server's comparison. */
export function dayOf(validity: Pick<Validity, 'valid_from' | 'valid_to'>): string {
  return validity.valid_from ?? (validity.valid_to ? dayBefore(validity.valid_to) : '9999-12-31')
}

/** Today where the city is, whatever the workstation's zone. */
export function today(now: Date = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(now)
}
