/** Levels and states in words and signs: whoever sees no colours loses nothing. */

import type { Act, Advice, Colour, HazardPicture, Level, StationLevel, State } from '../types'

const NUMERALS: Record<Level, string> = { 1: 'Ⅰ', 2: 'Ⅱ', 3: 'Ⅲ', 4: 'Ⅳ' }
export const LEVELS: readonly Level[] = [1, 2, 3, 4]

export function numeral(level: Level | null | undefined): string {
  return level ? NUMERALS[level] : '—'
}

export function levelName(level: Level | null | undefined): string {
  return level ? `${NUMERALS[level]}级` : '未达启动条件'
}

/** Class of a level's colours; they follow the signals' own: blue, yellow, orange, red. */
export function levelClass(level: Level | null | undefined): string {
  return `lv-${level ?? 0}`
}

export const STATES: Record<State, [sign: string, name: string]> = {
  met: ['●', '成立'], unknown: ['?', '未知'], human: ['◇', '待人判'], not_met: ['○', '不成立'],
}

export const STATION_STATES: Record<StationLevel, [sign: string, name: string]> = {
  over: ['▲', '超阈值'], warn: ['◆', '接近'], unknown: ['?', '未知'], normal: ['○', '正常'],
}

export const ADVICE: Record<Advice, string> = {
  none: '无需启动', start: '建议启动', upgrade: '建议升级为', keep: '建议维持', downgrade: '建议降级为', end: '建议终止',
}

export const ACTS: Record<Act, string> = { start: '启动', upgrade: '升级', downgrade: '降级', end: '终止', no_start: '不启动' }

export const COLOURS: Record<Colour, Level> = { 红: 1, 橙: 2, 黄: 3, 蓝: 4 }

/** Whether the level could be higher than the rules say for certain. */
export function couldBeHigher(level: Level | null, possible: Level | null): boolean {
  return possible !== null && (level === null || possible < level)
}

/**
 * The advice against what is really signed; the same rule as the judgment's. The picture's own `action` assumes that each
 * advice before was signed at once. Going down needs that track to have left the signed level, and no ending condition open.
 */
export function advised(hazard: HazardPicture, signed: Level | null): { action: Advice; level: Level | null } {
  const { level: reached, in_force: track } = hazard
  if (signed === null) return reached ? { action: 'start', level: reached } : { action: 'none', level: null }
  if (reached !== null && reached < signed) return { action: 'upgrade', level: reached }
  const open = hazard.end_conditions.some((row) => row.level === signed && (row.state === 'not_met' || row.state === 'unknown'))
  if ((track !== null && track <= signed) || open || reached === signed) return { action: 'keep', level: signed }
  return track === null ? { action: 'end', level: null } : { action: 'downgrade', level: track }
}

/** "防汛：建议启动Ⅲ级". */
export function adviceLine(hazard: HazardPicture, signed: Level | null): string {
  const { action, level } = advised(hazard, signed)
  return `${hazard.name}：${ADVICE[action]}${level ? levelName(level) : ''}`
}
