/** Character-level differences of two wordings of one article (Myers' O(ND) over code units). */

import type { Change, Span } from '../types'

/** Two wordings further apart than this are shown as one taken out and one put in: finer marks would be noise. */
const MOST_EDITS = 1200

/** The server's spans where it sends them, else our own. */
export function spansOf(change: Change): Span[] {
  return change.spans?.length ? change.spans : differences(change.old ?? '', change.new ?? '')
}

export function differences(older: string, newer: string): Span[] {
  let head = 0
  while (head < older.length && older[head] === newer[head]) head += 1
  let tail = 0
  while (tail < Math.min(older.length, newer.length) - head && older.at(-1 - tail) === newer.at(-1 - tail)) tail += 1
  const middle = edits(older.slice(head, older.length - tail), newer.slice(head, newer.length - tail))
  const all: Span[] = [
    { kind: 'same', text: older.slice(0, head) }, ...middle, { kind: 'same', text: older.slice(older.length - tail) },
  ]
  return tidy(all)
}

function edits(older: string, newer: string): Span[] {
  const whole: Span[] = [{ kind: 'removed', text: older }, { kind: 'added', text: newer }]
  if (!older || !newer) return whole
  const most = Math.min(older.length + newer.length, MOST_EDITS)
  const trace: Map<number, number>[] = []
  let front = new Map([[1, 0]])
  for (let depth = 0; depth <= most; depth += 1) {
    trace.push(new Map(front))
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && (front.get(k - 1) ?? -1) < (front.get(k + 1) ?? -1))
      let x = down ? front.get(k + 1) ?? 0 : (front.get(k - 1) ?? 0) + 1
      while (x < older.length && x - k < newer.length && older[x] === newer[x - k]) x += 1
      front.set(k, x)
      if (x >= older.length && x - k >= newer.length) return walkBack(trace, older, newer)
    }
    front = new Map(front)
  }
  return whole
}

function walkBack(trace: readonly Map<number, number>[], older: string, newer: string): Span[] {
  const back: Span[] = []
  let x = older.length
  let y = newer.length
  for (let depth = trace.length - 1; depth >= 0; depth -= 1) {
    const front = trace[depth] ?? new Map<number, number>()
    const k = x - y
    const down = k === -depth || (k !== depth && (front.get(k - 1) ?? -1) < (front.get(k + 1) ?? -1))
    const fromK = down ? k + 1 : k - 1
    const fromX = depth === 0 ? 0 : front.get(fromK) ?? 0
    const fromY = depth === 0 ? 0 : fromX - fromK
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      back.push({ kind: 'same', text: older.charAt(x) })
    }
    if (depth === 0) break
    if (down) back.push({ kind: 'added', text: newer.charAt(y - 1) })
    else back.push({ kind: 'removed', text: older.charAt(x - 1) })
    x = fromX
    y = fromY
  }
  return back.reverse()
}

/** Joins neighbours; a single shared character between two changes is read as changed too. */
function tidy(spans: readonly Span[]): Span[] {
  const runs = grouped(spans)
  const changed = runs.map((run, at) => 'same' in run && !(run.same.length === 1 && at > 0 && at < runs.length - 1) ? run : asChange(run))
  return grouped(changed.flatMap(spansOfRun)).flatMap(spansOfRun)
}

type Run = { same: string } | { removed: string; added: string }

function grouped(spans: readonly Span[]): Run[] {
  const runs: Run[] = []
  for (const { kind, text } of spans) {
    if (!text) continue
    const last = runs.at(-1)
    if (kind === 'same') {
      if (last && 'same' in last) last.same += text
      else runs.push({ same: text })
    } else if (last && 'added' in last) last[kind] += text
    else runs.push({ removed: '', added: '', [kind]: text })
  }
  return runs
}

function asChange(run: Run): Run {
  return 'same' in run ? { removed: run.same, added: run.same } : run
}

function spansOfRun(run: Run): Span[] {
  const spans: Span[] = 'same' in run
    ? [{ kind: 'same', text: run.same }]
    : [{ kind: 'removed', text: run.removed }, { kind: 'added', text: run.added }]
  return spans.filter((span) => span.text)
}
