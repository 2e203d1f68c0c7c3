/** What a piece of evidence is called where there is room for a word only. */

import type { Evidence } from '../types'
import type { Names } from './names'

const KINDS: Record<string, string> = {
  observation: '实测', forecast: '预报', alert: '预警', condition: '条件', cluster: '群众报告', risk: '风险点', clause: '条文', action: '措施', placement: '预置',
  call: '叫应', gap: '缺口', past: '教训', resource: '力量', count: '合计', level: '级别', outlook: '后续', stop: '四停', evacuation: '转移', before: '上次',
}
const ABOUT_CLAUSES = new Set(['condition', 'action'])
const ABOUT_STATIONS = new Set(['observation', 'forecast'])

/** "条件 5.4.1(3)", "实测 鼓楼雨量站", "预警". */
export function proofName({ kind, clause, subject }: Evidence, names: Names): string {
  const about = ABOUT_CLAUSES.has(kind) ? clause : ABOUT_STATIONS.has(kind) ? names(subject) : ''
  return [KINDS[kind] ?? kind, about].filter(Boolean).join(' ')
}
