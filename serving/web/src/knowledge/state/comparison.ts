/** What a comparison shows, counted and filtered. Pure. */

import type { Change, ChangeKind, Diff, Span } from '../types'
import { spansOf } from './pieces'

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

/** One side of a changed article: what it shares with the other, and what it has alone. */
export function side(change: Change, which: 'old' | 'new'): Span[] | null {
  if (change[which] === null) return null
  const other = which === 'old' ? 'added' : 'removed'
  const spans: Span[] = change.kind === 'changed' || change.kind === 'moved'
    ? spansOf(change).filter((span) => span.kind !== other)
    : [{ kind: change.kind === 'same' ? 'same' : which === 'old' ? 'removed' : 'added', text: change[which] ?? '' }]
  return change.kind === 'moved' ? spans : withoutNumber(spans, change.article)
}

/** The number stands beside the row. */
function withoutNumber([first, ...rest]: Span[], article: string): Span[] {
  if (!first) return rest
  const text = first.text.startsWith(article) ? first.text.slice(article.length).replace(/^[\s\u3000]+/, '') : first.text
  return text ? [{ ...first, text }, ...rest] : rest
}
