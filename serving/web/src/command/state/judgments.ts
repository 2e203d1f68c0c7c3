/** Which judgment belongs to a moment. */

import type { JudgmentRow } from '../types'

/** The newest one made of facts up to `at`; live, the newest of all. */
export function judgmentAt(rows: readonly JudgmentRow[], at: string | null): JudgmentRow | undefined {
  return rows.filter((row) => at === null || Date.parse(row.at) <= Date.parse(at)).sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.number - a.number)[0]
}
