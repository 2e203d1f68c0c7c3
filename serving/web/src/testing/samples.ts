/** Invented data in the shapes the server sends; only tests import it. */

import type { City, Decision, Demand, RunEvent, TicketRow } from '../types'

export const CITY: City = {
  name: '沄州市', hotline: '12345', districts: [{ name: '埠前区', streets: ['江畔街道'] }],
  departments: [
    { dept_id: 'chengguan', name: '沄州市城市管理局', short_name: '市城管局', hotline_phone: '' },
    { dept_id: 'huanbao', name: '沄州市生态环境局', short_name: '市生态环境局', hotline_phone: '' },
  ],
  catalogue: [
    { code: '010301', level1: '市容环卫', level2: '噪声', level3: '夜间施工', description: '', main_dept_id: 'chengguan', co_dept_ids: [], notes: '' },
    { code: '030201', level1: '生态环境', level2: '噪声', level3: '工业噪声', description: '', main_dept_id: 'huanbao', co_dept_ids: [], notes: '' },
  ],
  ticket_types: ['咨询', '投诉', '举报'], urgency_classes: ['一般', '次紧急', '紧急'],
  special_routes: [{ id: 'R1', name: '紧急警情与急救', covers: '', channel: '转接', phones: ['119'], confirm_what: '已转接' }],
}

export const DEMAND: Demand = {
  category_code: '010301', main_dept_id: 'chengguan', co_dept_ids: ['huanbao'], candidates: ['010301', '030201'],
  district: '埠前区', street: '江畔街道', place_id: null, summary: '工地夜里施工', evidence: '工地夜里两点还在打桩',
  deadline: { contact_by: '2026-11-26T17:30:00+08:00', finish_by: '2026-12-03T17:30:00+08:00', rule: '投诉·一般' },
  citations: [{ clause_id: 'c1', document: '噪声办法', article: '第十条', quote: '夜间不得施工' }], confidence: 0.42,
}

export const DECISION: Decision = {
  ticket_id: 'T1', special_route: null, emergency_number: null, ticket_type: '投诉', urgency: '次紧急', demands: [DEMAND],
  missing: [], questions: [], pii: [], redacted_text: '', duplicate_of: null, cluster_id: null, risk_flags: [], injection: false,
  draft_order: '【事项】010301 夜间施工　主办：沄州市城市管理局', draft_reply: '您好', needs_human: true, reasons_for_human: [],
  degraded: false, sources: { ticket_type: 'rule', demands: 'model' }, model: null, elapsed_ms: 10,
}

export const EVENTS: RunEvent[] = ([
  { type: 'run.started', agent: 'triage', ticket_id: 'T1' },
  { type: 'step.started', name: 'detect', title: '紧急与特殊路径' },
  { type: 'alert', route: 'R1', number: '119', name: '火灾', advice: '立即转接', evidence: '冒烟', also: ['120'] },
  { type: 'step.finished', name: 'detect', title: '紧急与特殊路径', source: 'rule', elapsed_ms: 12, summary: 'R1', patch: { special_route: 'R1' } },
  { type: 'step.finished', name: 'candidates', title: '候选', source: 'rule', elapsed_ms: 5, summary: '', patch: { demands: [{ candidates: ['010301'], evidence: '打桩' }] } },
  { type: 'step.finished', name: 'rules', title: '时限', source: 'rule', elapsed_ms: 5, summary: '', patch: { urgency: '紧急', demands: [{ main_dept_id: 'chengguan' }] } },
  { type: 'text.delta', field: 'draft_reply', text: '您' },
  { type: 'text.delta', field: 'draft_reply', text: '好' },
  { type: 'degraded', step: 'decide', why: '模型超时' },
  { type: 'decision', decision: DECISION },
  { type: 'approval.needed', approval_id: 'A1', action_hash: 'h', expires_at: '', action: { kind: 'dispatch', decision: DECISION } },
  { type: 'approval.given', approval_id: 'A1', decision: 'approved', by: '李敏' },
  { type: 'effect.done', kind: 'dispatch', service_request_id: 'SR-1', notice: null },
  { type: 'run.finished' },
] as Omit<RunEvent, 'seq' | 'at'>[]).map((event, index) => ({ ...event, seq: index + 1, at: '' }) as RunEvent)

export function row(ticket_id: string, patch: Partial<TicketRow> = {}): TicketRow {
  return {
    ticket_id, channel: '电话', created_at: '2026-11-25T10:00:00+08:00', status: 'waiting', preview: '', run_id: 'R', special_route: null,
    emergency_number: null, urgency: '一般', ticket_type: '投诉', category_name: null, main_dept_name: null, finish_by: null, degraded: false, ...patch,
  }
}
