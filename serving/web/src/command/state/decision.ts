/** What a decision may be, and what exactly would be signed. Nothing is chosen beforehand. */

import type { Act, Advised, Condition, DecisionWish, HazardPicture, Level, Posts, State } from '../types'
import { ACTS, adviceWords, LEVELS, levelName } from './levels'

export interface Draft { action: Act | null; level: Level | null; reason: string; post: string }
export const EMPTY: Draft = { action: null, level: null, reason: '', post: '' }

export function needsLevel(action: Act | null): boolean {
  return action === 'start' || action === 'upgrade' || action === 'downgrade'
}

/** Which levels an action can lead to from what is signed: up is a smaller number. */
export function levelsFor(action: Act | null, signed: Level | null): Level[] {
  const all: Level[] = [1, 2, 3, 4]
  if (action === 'start') return all
  if (action === 'upgrade') return all.filter((level) => signed === null || level < signed)
  if (action === 'downgrade') return all.filter((level) => signed !== null && level > signed)
  return []
}

/** Acts that make sense now: nothing in force can only be started or not; what is in force can only be changed or ended. */
export function actsFor(signed: Level | null): Act[] {
  return signed === null ? ['start', 'no_start'] : ['upgrade', 'downgrade', 'end']
}

/**
 * The post that the plan names: of the level that begins, or, to lower or end, of the one in force, whose post it stays (2.6).
 * Null until what it depends on is chosen.
 */
export function signerOf(posts: Posts, hazard: HazardPicture, { action, level }: Draft, signed: Level | null): string | null {
  const about = isLowering(action) ? signed : action === 'no_start' ? hazard.level : level
  const named = about === null ? undefined : posts[hazard.hazard]?.[about]
  return (isLowering(action) ? named?.end_signer : named?.signer) ?? null
}

/** The post without what the plan adds to it: 市防指秘书长（先报…同意） is signed as 市防指秘书长. */
export function mainPost(named: string): string {
  return (named.split(/[（，]/)[0] ?? '').trim()
}

/** What a draft is measured by: its choice alone. */
type Choice = Pick<Draft, 'action' | 'level'>

/** What a decision rests on: the met end conditions of the levels it leaves, or for a start the met ones of its level and above. */
export function clausesFor(hazard: HazardPicture, draft: Choice, signed: Level | null): string[] {
  const starting = hazard.conditions.filter((row) => draft.level === null || row.level <= draft.level)
  return clausesOf(isLowering(draft.action) ? endsFor(hazard, draft, signed).rows : starting, 'met')
}

function clausesOf(rows: readonly Condition[], state: State): string[] {
  return rows.filter((row) => row.state === state).map((row) => row.clause)
}

/** End conditions of every level that a draft leaves, all of which the plan wants met; `unseen` are levels it has not come to yet. */
export function endsFor(hazard: HazardPicture, { action, level }: Choice, signed: Level | null): { rows: Condition[]; unseen: Level[] } {
  if (!isLowering(action) || signed === null || (action === 'downgrade' && level === null)) return { rows: [], unseen: [] }
  const left = LEVELS.filter((one) => one >= signed && (level === null || one < level))
  const rows = hazard.end_conditions.filter((row) => left.includes(row.level))
  return { rows, unseen: left.filter((one) => !rows.some((row) => row.level === one)) }
}

/** How a choice departs from the advice and what the plan holds against it, in words; empty where it follows the advice. */
export function departures(hazard: HazardPicture, advised: Advised | undefined, draft: Choice, signed: Level | null): string[] {
  const { action, level } = draft
  const { action: asked, level: to } = advised ?? { action: 'none', level: null }
  if (!action || (needsLevel(action) && !level)) return []
  if (action === asked ? !needsLevel(action) || level === to : action === 'no_start' && asked === 'none') return []
  return [adviceWords(hazard, advised), ...(isLowering(action) ? againstLowering(hazard, draft, signed) : againstStarting(hazard, draft))]
}

function againstStarting(hazard: HazardPicture, { action, level }: Choice): string[] {
  const above = hazard.conditions.filter((row) => action === 'no_start' || (level !== null && row.level < level))
  const own = hazard.conditions.filter((row) => action !== 'no_start' && level !== null && row.level <= level)
  return [
    ...listed(action === 'no_start' ? '启动条件已成立' : '更高级别的条件已成立', clausesOf(above, 'met')),
    ...(own.length && !clausesOf(own, 'met').length ? [`${levelName(level)}的启动条件没有一条成立`, ...listed('其中数据不足、无法判断', clausesOf(own, 'unknown'))] : []),
  ]
}

function againstLowering(hazard: HazardPicture, draft: Choice, signed: Level | null): string[] {
  const { rows, unseen } = endsFor(hazard, draft, signed)
  const still = hazard.conditions.filter((row) => draft.level === null || row.level < draft.level)
  return [
    ...listed('终止条件不成立', clausesOf(rows, 'not_met')), ...listed('数据不足，不得作为降级、终止的依据', clausesOf(rows, 'unknown')),
    ...listed('还没有核对', unseen.map((one) => `${levelName(one)}终止条件`)), ...listed('启动条件仍成立', clausesOf(still, 'met')),
  ]
}

function listed(what: string, items: readonly string[]): string[] {
  return items.length ? [`${what}：${items.join('、')}`] : []
}

export function isLowering(action: Act | null): boolean {
  return action === 'downgrade' || action === 'end'
}

/** What is still missing, in words; null when it can be signed. */
export function missing(draft: Draft): string | null {
  if (!draft.action) return '请选择决定'
  if (needsLevel(draft.action) && !draft.level) return '请选择级别'
  if (!draft.post.trim()) return '请填写签发岗位'
  return draft.reason.trim() ? null : '请填写理由'
}

export function wishOf(draft: Draft, hazard: string, basis: string | null): DecisionWish | null {
  if (!draft.action || missing(draft)) return null
  return { hazard, action: draft.action, level: needsLevel(draft.action) ? draft.level : null, reason: draft.reason.trim(), basis, post: draft.post.trim() }
}

export function sentence(draft: Draft, hazard: HazardPicture, name: string): string {
  const what = draft.action ? ACTS[draft.action] : ''
  const to = needsLevel(draft.action) ? `${draft.action === 'start' ? '' : '为'}${levelName(draft.level)}` : ''
  return `${name}（${draft.post.trim()}）签发：${hazard.name}应急响应，${what}${to}。`
}
