/** Invented storms in the shapes the server sends; only tests import it. */

import type { Briefing } from '../command/briefing/types'
import type { CallState, Condition, HazardPicture, Level, Mark, Picture, State, TestState, Timeline } from '../command/types'

export const at = (clock: string) => `2026-05-18T${clock}:00+08:00`

export function test(patch: Partial<TestState> = {}): TestState {
  return {
    t: 'a', kind: 'station_count', value: true, observed: 3, upper: 3, required: 3, threshold: 50, unit: 'mm', window_min: 60, readings: [], why: '', ...patch,
  }
}

export function condition(id: string, level: Level, state: State, patch: Partial<Condition> = {}): Condition {
  return {
    id, clause: `5.${level}(${id.slice(-1)})`, hazard: 'flood', level, text: '3个站1小时≥50毫米', state, review: false, since: at('16:00'),
    first_met_at: state === 'met' ? at('16:00') : null, why: '', station_ids: [], observed_at: null, tests: [], ...patch,
  }
}

export function hazard(conditions: Condition[], patch: Partial<HazardPicture> = {}): HazardPicture {
  return {
    hazard: 'flood', name: '防汛', level: null, possible: null, in_force: null, action: 'none', target: null, conditions, end_conditions: [], ...patch,
  }
}

export function picture(...hazards: HazardPicture[]): Picture {
  return { at: at('17:10'), plan: '预案', plan_version: '2025年修订', plan_hash: 'h', hazards, level: null, possible: null, in_force: null, facts: {} }
}

export function mark(clock: string, patch: Partial<Mark> = {}): Mark {
  return { at: at(clock), kind: 'condition', subject: 'F4-01', text: '成立', ...patch }
}

export function timeline(patch: Partial<Timeline> = {}): Timeline {
  return { from: at('08:00'), to: at('18:00'), items: [], levels: [], ...patch }
}

export function call(contact_id: string, state: CallState['state'], due: string): CallState {
  return {
    contact_id, post: '值班员', phone: '0600-5560001', called_by: '', due_at: at(due), state, acknowledged_at: null, said: '', escalate_to: null, signal: '暴雨红色', clause: '5.2.2',
  }
}

const line = (text: string, evidence: string[] = []) => ({ text, evidence, source: 'template' as const, tone: 'plain' as const })

export const BRIEFING: Briefing = {
  briefing_id: 'B1', form: 'flash', version: 2, judgment_id: 'J1', title: '防汛快报', number: '第1期', classification: '内部', made_by: '市防办',
  made_at: at('17:12'), at: at('17:10'), evidence: [], ai_mark: { text: 'AI', reviewed_by: '' }, edits: [], warnings: [],
  parts: [{ key: 'rain', title: '一、雨情', blocks: [
    { kind: 'text', heading: '', sentences: [line('鼓楼站 1 小时 77.6 毫米。', ['O:RG02@16:50']), line('望江站 51.0 毫米。')] },
    { kind: 'table', caption: '对照', columns: [{ title: '条文', width: 1 }, { title: '状态', width: 1 }], rows: [[line('5.5.1(2)'), line('成立')]], empty: '无' },
  ] }],
  signature: { post: '市防指副总指挥', chair: '', duty_post: '', clause: '2.6', signed_by: null, signed_at: null, acting: '' },
}
