/** How old what is shown is, in words. */

import { moment, timeOfDay } from '../../state/format'
import type { Source } from '../types'

const SIGNS: Record<Source['state'], [sign: string, word: string]> = { ok: ['●', ''], stale: ['◐', '偏旧'], down: ['✕', '中断'] }
const NAMES: Record<string, string> = {
  alerts: '预警信号', observations: '监测数据', forecasts: '预报', reports: '区县报告', citizens: '群众诉求', tickets: '群众诉求',
  feeds: '数据源状态', standing: '签发与叫应', previous: '上次研判', knowledge: '知识库',
}

export function sourceName(name: string): string {
  return NAMES[name] ?? name
}

/** A replayed moment knows which feeds were down, not when each was last asked. */
export function sourceLine({ state, fetched_at: at }: Source, now: number, live: boolean): string {
  const [sign, word] = SIGNS[state]
  const age = at === null ? (live ? '从未收到' : '') : `${old((now - Date.parse(at)) / 1000)}前`
  return [sign, word, age].filter(Boolean).join(' ')
}

/** "12秒", "4分钟", "1小时20分", "3天". */
export function old(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))}秒`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}分钟`
  if (minutes >= 2880) return `${Math.floor(minutes / 1440)}天`
  return minutes % 60 ? `${Math.floor(minutes / 60)}小时${minutes % 60}分` : `${minutes / 60}小时`
}

/** What is left of a deadline: "9分05秒", from ten minutes on as `old` says it. Never "16:44", which reads as a time of day. */
export function left(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds < 600 ? `${Math.floor(seconds / 60)}分${String(seconds % 60).padStart(2, '0')}秒` : old(seconds)
}

/** "16:40" today, "5月18日 16:40" on another day of the event. */
export function when(iso: string | null | undefined, now: string | number): string {
  const today = moment(new Date(now).toISOString()).split(' ')[0]
  return moment(iso).startsWith(`${today} `) ? timeOfDay(iso) : moment(iso)
}
