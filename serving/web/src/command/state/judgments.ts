/** Which judgment belongs to a moment. */

import type { Judgment, JudgmentRow } from '../types'
import { sourceName } from './freshness'

/** The newest one made of facts up to `at`; live, the newest of all. */
export function judgmentAt(rows: readonly JudgmentRow[], at: string | null): JudgmentRow | undefined {
  return rows.filter((row) => at === null || Date.parse(row.at) <= Date.parse(at)).sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.number - a.number)[0]
}

/** What a judgment went without, in words: sources that gave nothing in time as one line, other steps each. */
export function shortfalls(degraded: Judgment['degraded']): string[] {
  const missing = degraded.filter((item) => item.step === 'gather').map((item) => sourceName(item.why.split('：')[0] ?? ''))
  const others = degraded.filter((item) => item.step !== 'gather').map((item) => item.why)
  return missing.length ? [`没有按时取得：${missing.join('、')}；据其所作的判断不完整`, ...others] : others
}
