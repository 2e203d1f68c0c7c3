/** A document's metadata as a form of texts, and back to what the server takes. */

import type { Correction } from '../api'
import { moment } from '../../state/format'
import type { CorrectedField, DocumentDetail } from '../types'

export const LEVELS = ['宪法', '法律', '行政法规', '司法解释', '地方性法规', '规章', '规范性文件', '预案', '标准']

export type FieldName = 'title' | 'doc_number' | 'issuer' | 'level' | 'region' | 'issued' | 'effective' | 'repealed' | 'hazards'
export type Values = Record<FieldName, string>

export const EDITABLE: readonly { name: FieldName; label: string; hint: string }[] = [
  { name: 'title', label: '标题', hint: '' }, { name: 'doc_number', label: '文号', hint: '如 国务院令第306号' },
  { name: 'issuer', label: '发布机关', hint: '' }, { name: 'level', label: '效力层级', hint: '' },
  { name: 'region', label: '适用地区', hint: '如 广东省深圳市；全国留空' }, { name: 'issued', label: '发布日期', hint: '2024-05-01' },
  { name: 'effective', label: '施行日期', hint: '2024-05-01' }, { name: 'repealed', label: '失效日期', hint: '从这一天起不再有效' },
  { name: 'hazards', label: '灾种', hint: '如 暴雨、台风' },
]
/** Set at the command line only. */
const OTHERS: Readonly<Record<string, string>> = { part: '分编', supersedes: '所废止的文件', revised: '修订日期', since: '首次施行日期' }
const DAYS: readonly FieldName[] = ['issued', 'effective', 'repealed']

/** What a person set, in words: "效力层级（王芳，11-26 12:30）". */
export function correctedBy({ field, by, at }: CorrectedField): string {
  const label = EDITABLE.find(({ name }) => name === field)?.label ?? OTHERS[field] ?? field
  return by ? `${label}（${by}${at ? `，${moment(at)}` : ''}）` : label
}

/** The end that a successor sets is not the document's own: it is never shown as if it could be edited away. */
export function shown(found: DocumentDetail): Values {
  const ended = found.repealed ?? (found.end_reason === 'hand' || found.end_reason === 'repealed' ? found.valid_to : null)
  return {
    title: found.title, doc_number: found.doc_number, issuer: found.issuer, level: found.level, region: found.region,
    issued: found.issued ?? '', effective: (found.effective === undefined ? found.valid_from : found.effective) ?? '', repealed: ended ?? '', hazards: (found.hazards ?? []).join('、'),
  }
}

/** Only what differs; an emptied field is null, which takes a correction back. */
export function changed(found: DocumentDetail, values: Values): Correction {
  const before = shown(found)
  const differing = EDITABLE.filter(({ name }) => values[name].trim() !== before[name])
  return Object.fromEntries(differing.map(({ name }) => [name, wire(name, values[name].trim())]))
}

/** What is wrong, in words; null when all can be sent. */
export function invalid(values: Values): string | null {
  const bad = EDITABLE.find(({ name }) => DAYS.includes(name) && values[name].trim() && !isDay(values[name].trim()))
  if (bad) return `${bad.label}请写成 2024-05-01 的样子`
  const { effective, repealed } = values
  return effective && repealed && repealed <= effective ? '失效日期须晚于施行日期' : null
}

function wire(name: FieldName, value: string): string | string[] | null {
  if (!value) return null
  return name === 'hazards' ? value.split(/[、，,\s]+/).filter(Boolean) : value
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value)
}
