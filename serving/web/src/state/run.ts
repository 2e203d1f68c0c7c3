/** What the events of one run add up to. Pure: the same events, in whatever batches and repeats, give the same view. */

import type { Alert, Decision, PartialDecision, RunEvent, Source } from '../types'

export interface Step {
  name: string
  title: string
  state: 'running' | 'done'
  source: Source | null
  elapsedMs: number | null
  summary: string
}

export interface Effect { requestId: string; notice: string | null; deptId: string | null }

export interface RunView {
  runId: string
  lastSeq: number
  phase: 'empty' | 'running' | 'waiting' | 'decided' | 'finished' | 'failed' | 'cancelled'
  steps: Step[]
  alerts: Alert[]
  partial: PartialDecision
  decision: Decision | null
  approvalId: string | null
  degraded: { step: string; why: string }[]
  clauseIds: string[]
  answer: string
  effects: Effect[]
  outcome: string | null
  error: string | null
}

export function emptyRun(runId: string): RunView {
  return {
    runId, lastSeq: 0, phase: 'empty', steps: [], alerts: [], partial: {}, decision: null, approvalId: null,
    degraded: [], clauseIds: [], answer: '', effects: [], outcome: null, error: null,
  }
}

export function reduceRun(view: RunView, events: readonly RunEvent[]): RunView {
  return events.reduce((before, event) => {
    if (event.seq <= before.lastSeq) return before // seen: a stream that was opened again may repeat
    return { ...apply(before, event), lastSeq: event.seq }
  }, view)
}

function apply(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'run.started':
      return { ...view, phase: 'running' }
    case 'step.started':
      return { ...view, phase: 'running', steps: withStep(view.steps, started(event)) }
    case 'step.finished':
      return { ...view, steps: withStep(view.steps, finished(event)), partial: merged(view.partial, event.patch) }
    case 'alert':
      return { ...view, alerts: withAlert(view.alerts, event) }
    case 'retrieved':
      return { ...view, clauseIds: [...new Set([...view.clauseIds, ...event.clause_ids])] }
    case 'text.delta':
      return event.field === 'answer'
        ? { ...view, answer: view.answer + event.text }
        : { ...view, partial: { ...view.partial, [event.field]: (view.partial[event.field] ?? '') + event.text } }
    case 'decision':
      return { ...view, decision: event.decision }
    case 'approval.needed':
      return { ...view, phase: 'waiting', approvalId: event.approval_id }
    case 'approval.given':
      return { ...view, phase: 'decided' }
    case 'effect.done':
      return { ...view, effects: withEffect(view.effects, effect(event)) }
    case 'degraded':
      return { ...view, degraded: [...view.degraded.filter((d) => d.why !== event.why), { step: event.step, why: event.why }] }
    case 'outcome':
      return { ...view, outcome: event.kind, answer: event.answer?.text ?? view.answer }
    case 'run.finished':
      return { ...view, phase: 'finished' }
    case 'run.failed':
      return { ...view, phase: 'failed', error: said(event.error) }
    case 'run.cancelled':
      return { ...view, phase: 'cancelled' }
    default:
      return view // a newer server may say more than this page knows
  }
}

function started(event: { name: string; title: string }): Step {
  return { name: event.name, title: event.title, state: 'running', source: null, elapsedMs: null, summary: '' }
}

function finished(event: RunEvent & { type: 'step.finished' }): Step {
  const { name, title, source, elapsed_ms, summary } = event
  return { name, title, state: 'done', source, elapsedMs: elapsed_ms, summary }
}

function effect(event: RunEvent & { type: 'effect.done' }): Effect {
  return { requestId: event.service_request_id, notice: event.notice, deptId: event.main_dept_id ?? null }
}

/** A step that runs again after a crash of the server takes its old place. */
function withStep(steps: Step[], step: Step): Step[] {
  const known = steps.some((other) => other.name === step.name)
  return known ? steps.map((other) => (other.name === step.name ? step : other)) : [...steps, step]
}

function withAlert(alerts: Alert[], alert: Alert): Alert[] {
  return [...alerts.filter((other) => other.route !== alert.route || other.name !== alert.name), alert]
}

function withEffect(effects: Effect[], done: Effect): Effect[] {
  return [...effects.filter((other) => other.requestId !== done.requestId), done]
}

/** Later patches win field by field; demands are merged by position, as later steps tell more of each. */
function merged(before: PartialDecision, patch: PartialDecision): PartialDecision {
  if (!patch.demands) return { ...before, ...patch }
  const demands = patch.demands.map((demand, index) => ({ ...before.demands?.[index], ...demand }))
  return { ...before, ...patch, demands }
}

function said(error: unknown): string {
  if (typeof error === 'string') return error
  const message = (error as { message?: unknown } | null)?.message
  return typeof message === 'string' ? message : '分析中断，原因未说明'
}
