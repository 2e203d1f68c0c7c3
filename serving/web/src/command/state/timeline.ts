/** The event on one line: bands of levels, marks of what happened, and the moments that can be replayed. */

import type { Level, LevelStep, Mark, MarkKind, Timeline } from '../types'

export interface Band { from: string; to: string; level: Level }

/** Stretches in which a hazard stood at one level; a step holds until the next one. */
export function bands(steps: readonly LevelStep[], hazard: string, end: string): Band[] {
  const found: Band[] = []
  steps.forEach((step, index) => {
    const level = step[hazard] as Level | null | undefined
    const to = steps[index + 1]?.at ?? end
    if (!level || Date.parse(to) <= Date.parse(step.at)) return
    const last = found.at(-1)
    if (last?.level === level && last.to === step.at) last.to = to
    else found.push({ from: step.at, to, level })
  })
  return found
}

/** 0..1 of the way from `from` to `to`; outside it is clamped. */
export function share(at: string, { from, to }: Line): number {
  const length = Date.parse(to) - Date.parse(from)
  return length <= 0 ? 0 : Math.min(1, Math.max(0, (Date.parse(at) - Date.parse(from)) / length))
}

const MINUTE = 60_000
type Line = Pick<Timeline, 'from' | 'to'>

/** A step of the scrubber: a minute in a short event, ten in one of days. */
export function stepMs({ from, to }: Line): number {
  return Date.parse(to) - Date.parse(from) > 6 * 60 * MINUTE ? 10 * MINUTE : MINUTE
}

/** How many steps the scrubber has; the last one is the present. */
export function steps(line: Line): number {
  return Math.max(1, Math.ceil((Date.parse(line.to) - Date.parse(line.from)) / stepMs(line)))
}

/** The moment of a step in +08:00; null for the last one, which is live. */
export function momentOf(step: number, timeline: Line): string | null {
  if (step >= steps(timeline)) return null
  return cityTime(Date.parse(timeline.from) + step * stepMs(timeline))
}

export function stepOf(at: string | null, timeline: Line): number {
  if (at === null) return steps(timeline)
  return Math.min(steps(timeline), Math.max(0, Math.floor((Date.parse(at) - Date.parse(timeline.from)) / stepMs(timeline))))
}

/** "2026-05-18T14:30:00+08:00". */
export function cityTime(ms: number): string {
  return `${new Date(ms + BEIJING).toISOString().slice(0, 19)}+08:00`
}

const BEIJING = 8 * 60 * MINUTE

const DAY = 1440

/** Round moments of the city's clock between the ends, few enough to be read. */
export function hours({ from, to }: Line, most = 12): string[] {
  const length = (Date.parse(to) - Date.parse(from)) / MINUTE
  const minutes = [5, 10, 30, 60, 120, 180, 360, 720].find((step) => length / step <= most) ?? DAY * Math.ceil(length / DAY / most)
  const every = minutes * MINUTE
  const found: string[] = []
  for (let ms = Math.ceil((Date.parse(from) + BEIJING) / every) * every - BEIJING; ms <= Date.parse(to); ms += every) found.push(cityTime(ms))
  return found
}

export const MARKS: Record<MarkKind, [sign: string, name: string]> = {
  level: ['▲', '级别变化'], condition: ['•', '条件变化'], alert: ['◆', '预警信号'], decision: ['■', '签发决定'],
  finding: ['✎', '研判结论'], briefing: ['▤', '专报'], gap: ['▨', '数据缺口'],
}
const ROWS: MarkKind[][] = [['alert'], ['level', 'condition', 'gap'], ['decision', 'finding', 'briefing']]

/** Marks in three rows; those that would lie on one another (within `near` of the length) stand as one with a count. */
export function clustered(timeline: Timeline, near = 0.006): { row: number; share: number; marks: Mark[] }[] {
  return ROWS.flatMap((kinds, row) => {
    const found: { row: number; share: number; marks: Mark[] }[] = []
    const own = timeline.items.filter((mark) => kinds.includes(mark.kind)).sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    for (const mark of own) {
      const at = share(mark.at, timeline)
      const last = found.at(-1)
      if (last && at - last.share < near) last.marks.push(mark)
      else found.push({ row, share: at, marks: [mark] })
    }
    return found
  })
}

/** Which of several marks in one place is drawn. */
export function gravest(marks: readonly Mark[]): MarkKind {
  return [...marks].sort((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind))[0]?.kind ?? 'condition'
}

/** The newest things that happened at or before `at`, newest first; within a minute the gravest first, data gaps last and together. */
export function latest(timeline: Timeline, at: string, most: number): Mark[] {
  const known = timeline.items.filter((mark) => Date.parse(mark.at) <= Date.parse(at))
  return gathered(known.sort((a, b) => minuteOf(b) - minuteOf(a) || GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind))).slice(0, most)
}

const GRAVITY: MarkKind[] = ['level', 'decision', 'alert', 'condition', 'finding', 'briefing', 'gap']
const CLAUSE = /^\d[\d.]*(?:\(\d+\))?/
const NAMED = 3

function minuteOf(mark: Mark): number {
  return Math.floor(Date.parse(mark.at) / MINUTE)
}

/** A feed that fails or comes back turns many conditions at once: one line tells it, "5.4.1(1)、5.4.1(2) 等6条转为未知". */
function gathered(marks: readonly Mark[]): Mark[] {
  const found = new Map<string, Mark[]>()
  for (const [place, mark] of marks.entries()) {
    const key = mark.kind === 'gap' ? `${minuteOf(mark)} ${mark.text.replace(CLAUSE, '')}` : String(place)
    found.set(key, [...(found.get(key) ?? []), mark])
  }
  return [...found.values()].flatMap((alike) => {
    const [first] = alike
    if (!first || alike.length === 1) return alike
    const clauses = alike.map((mark) => CLAUSE.exec(mark.text)?.[0] ?? mark.subject)
    const named = clauses.slice(0, NAMED).join('、') + (clauses.length > NAMED ? ' 等' : ' ')
    return [{ ...first, text: `${named}${clauses.length}条${first.text.replace(CLAUSE, '')}` }]
  })
}
