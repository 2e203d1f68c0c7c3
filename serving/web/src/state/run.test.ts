import { describe, expect, it } from 'vitest'
import { EVENTS } from '../testing/samples'
import { emptyRun, reduceRun } from './run'

const whole = () => reduceRun(emptyRun('R'), EVENTS)

describe('a run from its events', () => {
  it('is the same however the stream was cut and repeated', () => {
    for (let cut = 0; cut <= EVENTS.length; cut += 1) {
      const first = reduceRun(emptyRun('R'), EVENTS.slice(0, cut))
      const again = reduceRun(first, EVENTS.slice(Math.max(0, cut - 4)))
      expect(again).toEqual(whole())
    }
  })

  it('shows the alert before the step that found it has finished', () => {
    const early = reduceRun(emptyRun('R'), EVENTS.slice(0, 3))
    expect(early.alerts.map((alert) => alert.number)).toEqual(['119'])
    expect(early.steps[0]?.state).toBe('running')
  })

  it('merges what later steps tell of the same demand', () => {
    expect(whole().partial.demands).toEqual([{ candidates: ['010301'], evidence: '打桩', main_dept_id: 'chengguan' }])
    expect(whole().partial.draft_reply).toBe('您好')
  })

  it('follows the phases to the end', () => {
    const phases = EVENTS.map((_, index) => reduceRun(emptyRun('R'), EVENTS.slice(0, index + 1)).phase)
    expect([...new Set(phases)]).toEqual(['running', 'waiting', 'decided', 'finished'])
    expect(whole().effects).toEqual([{ requestId: 'SR-1', notice: null, deptId: null }])
  })

  it('keeps a repeated step once, after a restart of the server', () => {
    const repeated = { ...EVENTS[1]!, seq: 99 }
    const steps = reduceRun(whole(), [repeated]).steps
    expect(steps.filter((step) => step.name === 'detect')).toHaveLength(1)
  })

  it('shows of an answer what passed the check, not what was streamed before it', () => {
    const asked = reduceRun(emptyRun('R'), [
      { type: 'text.delta', field: 'answer', text: '罚款9万元', seq: 1, at: '' }, { type: 'outcome', kind: 'answered', answer: { text: '《办法》第六条：……[1]' }, seq: 2, at: '' },
    ])
    expect(asked.answer).toBe('《办法》第六条：……[1]')
  })

  it('ignores events it does not know and says why a run failed', () => {
    const odd = { type: 'brand.new', seq: 50, at: '' } as never
    const failed = reduceRun(whole(), [odd, { type: 'run.failed', error: { message: '坏了' }, seq: 51, at: '' }])
    expect([failed.phase, failed.error, failed.lastSeq]).toEqual(['failed', '坏了', 51])
  })
})
