import { describe, expect, it } from 'vitest'
import { condition, hazard, picture, test } from '../../testing/command'
import { conditionOf, counts, differing, figure, grouped, measured, metSince, ranked, threshold } from './conditions'
import { adviceLine, asksToSign, couldBeHigher } from './levels'

const FLOOD = hazard([
  condition('F4-01', 4, 'met', { since: '2026-05-18T15:50:00+08:00' }), condition('F3-01', 3, 'met', { since: '2026-05-18T16:50:00+08:00' }),
  condition('F3-02', 3, 'met', { since: '2026-05-18T16:40:00+08:00' }), condition('F2-01', 2, 'unknown'), condition('F1-07', 1, 'human', { review: true }),
  condition('F1-08', 1, 'human'), condition('F1-01', 1, 'not_met'),
], { level: 3, possible: 2 })

describe('the trigger table', () => {
  it('stands by level, highest first, and drops what the filter empties', () => {
    expect(grouped(picture(FLOOD), 'all').map((group) => group.level)).toEqual([1, 2, 3, 4])
    expect(grouped(picture(FLOOD), 'unknown').map(({ level, rows, of }) => [level, rows.length, of])).toEqual([[2, 1, 1]])
  })

  it('counts unknown apart from not met, and as "asks a person" only what waits for one', () => {
    expect(counts(picture(FLOOD))).toEqual({ all: 7, met: 3, unknown: 1, human: 1 })
  })

  it('tells since when the present level holds, whatever lower levels say', () => {
    expect(metSince(FLOOD)).toBe('2026-05-18T16:40:00+08:00')
    expect(metSince(hazard([]))).toBeNull()
  })

  it('shows shares as per cent, counts with their unit, and how far unknowns reach', () => {
    expect(measured(test({ kind: 'areal_rain', observed: 0.184276, upper: 0.25, required: 0.15 }))).toEqual({ observed: '18.4–25.0%', required: '≥ 15.0%' })
    expect(measured(test({ observed: 2, upper: 2, required: 3 }))).toEqual({ observed: '2 站', required: '≥ 3 站' })
    expect(measured(test({ observed: null }))).toEqual({ observed: '—', required: '≥ 3 站' })
    expect([figure(0.184276, 'share'), figure(3.2, 'm/s'), figure(12, 'count'), figure(5, '人')]).toEqual(['18.4%', '3.2 米/秒', '12', '5 人'])
    expect(threshold(test())).toBe('1小时 ≥ 50 毫米')
    expect(threshold(test({ threshold: 'record_level', unit: 'm', window_min: null }))).toBe('≥ 历史最高水位')
    expect(threshold(test({ kind: 'signal_districts', threshold: '暴雨橙', unit: '', window_min: null }))).toBe('暴雨橙色以上')
    expect(threshold(test({ kind: 'district_response', threshold: 4, unit: '', window_min: null }))).toBe('Ⅳ级以上')
  })

  it('puts readings that hold before unknown ones, the strongest first', () => {
    const reading = (subject: string, value: number | null, verdict: boolean | null) => ({ subject, value, at: null, threshold: 50, verdict, why: '' })
    const order = ranked([reading('a', 10, false), reading('b', null, null), reading('c', 55, true), reading('d', 70, true)])
    expect(order.map((one) => one.subject)).toEqual(['d', 'c', 'b', 'a'])
  })

  it('names the conditions that an assumption turns', () => {
    const after = picture(hazard(FLOOD.conditions.map((row) => (row.id === 'F2-01' ? { ...row, state: 'met' as const } : row))))
    expect([...differing(picture(FLOOD), after)]).toEqual(['F2-01'])
    expect(conditionOf(after, 'F2-01')?.state).toBe('met')
  })
})

describe('the advice', () => {
  it('is told in words, and asks to sign only what changes something', () => {
    expect(adviceLine(FLOOD, { action: 'upgrade', level: 3 })).toBe('防汛：建议升级为Ⅲ级')
    expect(adviceLine(FLOOD, { action: 'end', level: null })).toBe('防汛：建议终止')
    expect((['none', 'keep', 'start', 'end'] as const).map((action) => asksToSign({ action, level: 3 }))).toEqual([false, false, true, true])
  })

  it('says that a level could be higher only where it could', () => {
    expect(couldBeHigher(3, 2)).toBe(true)
    expect(couldBeHigher(null, 4)).toBe(true)
    expect(couldBeHigher(3, 3)).toBe(false)
    expect(couldBeHigher(null, null)).toBe(false)
  })
})
