/** What a comparison shows, counted and filtered. Pure. */

import type { Change, ChangeKind, Diff, Span } from '../types'

export const KINDS: Record<ChangeKind, [sign: string, name: string]> = {
  added: ['＋', '新增'], removed: ['－', '删除'], changed: ['≠', '修改'], moved: ['⇅', '移动'], same: ['＝', '未变'],
}
const ORDER: readonly ChangeKind[] = ['changed', 'added', 'removed', 'moved', 'same']

/** "修改 12 · 新增 3 · 未变 60" as pairs, those that occur. */
export function counts(diff: Diff): { kind: ChangeKind; count: number }[] {
  return ORDER.map((kind) => ({ kind, count: diff.changes.filter((change) => change.kind === kind).length })).filter(({ count }) => count > 0)
}

/** All that changed; with `all`, or for the one article asked for, what did not as well. */
export function visible(diff: Diff, all: boolean, asked: string | null): Change[] {
  return diff.changes.filter((change) => all || change.kind !== 'same' || change.article === asked)
}

/** One side of an article: what it shares with the other, and what it has alone. Its number stands beside the row. */
export function side(change: Change, which: 'old' | 'new'): Span[] | null {
  const text = change[which]
  if (text === null) return null
  const other = which === 'old' ? 'added' : 'removed'
  const spans: Span[] = change.spans.length ? change.spans.filter((span) => span.kind !== other) : [{ kind: 'same', text }]
  const [first, ...rest] = spans
  if (!first?.text.startsWith(change.article) || change.old_article) return spans
  const own = first.text.slice(change.article.length).replace(/^[\s\u3000]+/, '')
  return own ? [{ ...first, text: own }, ...rest] : rest
}
