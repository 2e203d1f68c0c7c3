/** What a decision may be, and what exactly would be signed. Nothing is chosen beforehand. */

import type { Act, DecisionWish, HazardPicture, Level, Posts } from '../types'
import { ACTS, levelName } from './levels'

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

/** The post that the plan names: of the level that begins, or, for an end, of the one that ends. Null until both are chosen. */
export function signerOf(posts: Posts, hazard: HazardPicture, { action, level }: Draft, signed: Level | null): string | null {
  const about = needsLevel(action) ? level : action === 'end' ? signed : action === 'no_start' ? hazard.level : null
  const named = about === null ? undefined : posts[hazard.hazard]?.[about]
  return (action === 'end' || action === 'downgrade' ? named?.end_signer : named?.signer) ?? null
}

/** The post without what the plan adds to it: 市防指秘书长（先报…同意） is signed as 市防指秘书长. */
export function mainPost(named: string): string {
  return (named.split(/[（，]/)[0] ?? '').trim()
}

/** What a decision rests on: the end conditions that are met, or for a start the met ones of its level and above. */
export function clausesFor(hazard: HazardPicture, { action, level }: Pick<Draft, 'action' | 'level'>): string[] {
  const starting = hazard.conditions.filter((row) => level === null || row.level <= level)
  return (isLowering(action) ? hazard.end_conditions : starting).filter((row) => row.state === 'met').map((row) => row.clause)
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
  return `${name}（${draft.post.trim()}）签发：${hazard.name}应急响应，${what}${needsLevel(draft.action) ? levelName(draft.level) : ''}。`
}
