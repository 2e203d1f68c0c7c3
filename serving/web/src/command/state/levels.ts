/** Levels and states in words and signs: whoever sees no colours loses nothing. */

import type { Act, Advice, Advised, Colour, HazardPicture, Level, StationLevel, State } from '../types'

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

/** "建议启动Ⅲ级". Nothing to start is only said where no unknown condition could ask for it. */
export function adviceWords({ possible }: HazardPicture, advice: Advised | undefined): string {
  if ((advice?.action ?? 'none') === 'none' && possible) return `数据不足，无法判断（若成立为${levelName(possible)}）`
  return `${ADVICE[advice?.action ?? 'none']}${advice?.level ? levelName(advice.level) : ''}`
}

/** "防汛：建议启动Ⅲ级". */
export function adviceLine(hazard: HazardPicture, advice: Advised | undefined): string {
  return `${hazard.name}：${adviceWords(hazard, advice)}`
}

/** Whether the advice waits for a signature. */
export function asksToSign(advice: Advised | undefined): boolean {
  return advice !== undefined && advice.action !== 'none' && advice.action !== 'keep'
}
