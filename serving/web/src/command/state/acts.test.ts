import { describe, expect, it } from 'vitest'
import { at, call, condition, hazard } from '../../testing/command'
import type { Act, Level } from '../types'
import { callCounts, callWord, orderedCalls, stateAt, uncalled } from './calls'
import { actsFor, clausesFor, departures, EMPTY, endsFor, levelsFor, mainPost, missing, sentence, signerOf, wishOf } from './decision'
import { shownFirst } from './deadlines'
import { adviceLine } from './levels'
import { judgmentAt, shortfalls } from './judgments'
import { proofName } from './proofs'
import { keyOf, rangeOf, withChange } from './whatif'

const FLOOD = hazard([condition('F3-02', 3, 'met'), condition('F4-01', 4, 'met'), condition('F2-01', 2, 'unknown')], { level: 3 })

describe('a decision', () => {
  it('has nothing chosen, and names what is missing', () => {
    expect(EMPTY).toEqual({ action: null, level: null, reason: '', post: '' })
    expect(missing(EMPTY)).toBe('请选择决定')
    expect(missing({ ...EMPTY, action: 'start' })).toBe('请选择级别')
    expect(missing({ ...EMPTY, action: 'end' })).toBe('请填写签发岗位')
    expect(wishOf({ ...EMPTY, action: 'start', level: 3, post: ' ', reason: '达到' }, 'flood', null)).toBeNull()
  })

  it('is never advised against by what is unknown', () => {
    expect(adviceLine({ ...FLOOD, level: null, possible: 1 }, { action: 'none', level: null })).toBe('防汛：数据不足，无法判断（若成立为Ⅰ级）')
    expect(adviceLine({ ...FLOOD, level: null, possible: null }, { action: 'none', level: null })).toBe('防汛：无需启动')
  })

  it('offers only what can be done from what is signed', () => {
    expect(actsFor(null)).toEqual(['start', 'no_start'])
    expect(actsFor(3)).toEqual(['upgrade', 'downgrade', 'end'])
    expect(levelsFor('upgrade', 3)).toEqual([1, 2])
    expect(levelsFor('downgrade', 3)).toEqual([4])
    expect(levelsFor('start', null)).toEqual([1, 2, 3, 4])
    expect(levelsFor('end', 3)).toEqual([])
  })

  it('rests on the met clauses of its level and above, never on unknown ones', () => {
    expect(clausesFor(FLOOD, { action: 'start', level: 3 }, null)).toEqual(['5.3(2)'])
    expect(clausesFor(FLOOD, { action: 'start', level: 4 }, null)).toEqual(['5.3(2)', '5.4(1)'])
    expect(clausesFor(FLOOD, { action: 'start', level: 2 }, null)).toEqual([])
  })

  const ends = [condition('EF3-1', 3, 'met'), condition('EF3-2', 3, 'not_met'), condition('EF3-3', 3, 'unknown'), condition('EF4-1', 4, 'met')]
  const ENDING = { ...FLOOD, end_conditions: ends }

  it('rests, where it lowers, on the met end conditions of the levels it leaves', () => {
    expect(clausesFor(ENDING, { action: 'downgrade', level: 4 }, 3)).toEqual(['5.3(1)'])
    expect(clausesFor(ENDING, { action: 'end', level: null }, 3)).toEqual(['5.3(1)', '5.4(1)'])
    expect(endsFor(ENDING, { action: 'end', level: null }, 2)).toMatchObject({ rows: ends, unseen: [2] })
    expect(endsFor(ENDING, { action: 'downgrade', level: null }, 3).rows).toEqual([])
  })

  it('says what the plan holds against a choice that is not the advice', () => {
    const keep = { action: 'keep', level: 3 } as const
    const against = departures(ENDING, keep, { action: 'downgrade', level: 4 }, 3)
    expect(against).toEqual(['建议维持Ⅲ级', '终止条件不成立：5.3(2)', '数据不足，不得作为降级、终止的依据：5.3(3)', '启动条件仍成立：5.3(2)'])
    expect(departures(FLOOD, keep, { action: 'downgrade', level: 4 }, 3)).toContain('还没有核对：Ⅲ级终止条件')
    expect(departures(FLOOD, { action: 'start', level: 3 }, { action: 'no_start', level: null }, null)).toEqual(['建议启动Ⅲ级', '启动条件已成立：5.3(2)、5.4(1)'])
    expect(departures(FLOOD, { action: 'start', level: 3 }, { action: 'start', level: 2 }, null)).toEqual(['建议启动Ⅲ级', 'Ⅱ级的启动条件没有一条成立', '其中数据不足、无法判断：5.2(1)'])
    expect(departures(FLOOD, { action: 'start', level: 3 }, { action: 'start', level: 4 }, null)).toContain('更高级别的条件已成立：5.3(2)')
    expect(departures(FLOOD, { action: 'start', level: 3 }, { action: 'start', level: 3 }, null)).toEqual([])
    expect(departures(ENDING, { action: 'end', level: null }, { action: 'end', level: null }, 4)).toEqual([])
    expect(departures(FLOOD, { action: 'none', level: null }, { action: 'no_start', level: null }, null)).toEqual([])
  })

  it('names the post of the plan once the level is chosen: what is in force is lowered and ended by its own', () => {
    const posts = { flood: { 3: { signer: '总指挥', end_signer: '副总指挥', clause: '5.5' }, 4: { signer: '秘书长', end_signer: '秘书长', clause: '5.4' } } }
    const draft = (action: Act | null, level: Level | null = null) => ({ ...EMPTY, action, level })
    expect(signerOf(posts, FLOOD, draft('start', 3), null)).toBe('总指挥')
    expect(signerOf(posts, FLOOD, draft('start'), null)).toBeNull()
    expect(signerOf(posts, FLOOD, draft('downgrade', 4), 3)).toBe('副总指挥')
    expect(signerOf(posts, FLOOD, draft('end'), 3)).toBe('副总指挥')
    expect(signerOf(posts, FLOOD, draft('no_start'), null)).toBe('总指挥')
    expect(mainPost('市防指秘书长（先报常务副总指挥同意）')).toBe('市防指秘书长')
    expect(signerOf({}, FLOOD, draft('start', 3), null)).toBeNull()
  })

  it('says exactly what is signed', () => {
    const draft = { action: 'start' as const, level: 3 as const, reason: ' 条件成立 ', post: '市防指秘书长' }
    expect(sentence(draft, FLOOD, '李敏')).toBe('李敏（市防指秘书长）签发：防汛应急响应，启动Ⅲ级。')
    expect(sentence({ ...draft, action: 'downgrade', level: 4 }, FLOOD, '李敏')).toContain('降级为Ⅳ级。')
    expect(wishOf(draft, 'flood', 'J1')).toEqual({ hazard: 'flood', action: 'start', level: 3, reason: '条件成立', basis: 'J1', post: '市防指秘书长' })
    expect(wishOf({ ...draft, action: 'end' }, 'flood', null)?.level).toBeNull()
  })
})

describe('calls', () => {
  const now = Date.parse(at('17:00'))
  const calls = [call('a', 'acknowledged', '16:00'), call('b', 'to_call', '17:10'), call('c', 'calling', '16:50'), call('d', 'overdue', '16:30')]

  it('are overdue by the clock, not only by the server', () => {
    expect(calls.map((one) => stateAt(one, now))).toEqual(['acknowledged', 'to_call', 'overdue', 'overdue'])
    expect(callWord({ ...calls[2]!, called_at: at('16:45') }, now)[1]).toBe('超时未答')
    expect(callWord(calls[1]!, now + 3_600_000)[1]).toBe('超时未叫')
    expect(callWord({ ...call('e', 'overdue', '17:30'), called_at: at('16:55') }, now)[1]).toBe('无人接听')
    expect(callCounts(calls, now)).toEqual({ overdue: 2, escalated: 0, calling: 0, to_call: 1, acknowledged: 1 })
  })

  it('tell who has not been called at all', () => {
    const called = { ...calls[3]!, called_at: at('16:20') }
    expect(uncalled([...calls.slice(0, 3), called], now).map((one) => one.contact_id)).toEqual(['b'])
  })

  it('stand with the longest overdue first', () => {
    expect(orderedCalls(calls, now).map((one) => one.contact_id)).toEqual(['d', 'c', 'b', 'a'])
  })
})

describe('deadlines', () => {
  const due = (clock: string) => ({ kind: 'follow_up', title: clock, due_at: at(clock), clause: '6.2' })

  it('that are over never hide the next one that can be met', () => {
    const [shown, others] = shownFirst([due('09:00'), due('15:00'), due('16:50'), due('17:20'), due('18:00')], Date.parse(at('17:00')))
    expect(shown.map((one) => one.title)).toEqual(['16:50', '15:00', '17:20'])
    expect(others.map((one) => one.title)).toEqual(['09:00', '18:00'])
    expect(shownFirst([due('09:00'), due('15:00')], Date.parse(at('17:00')))[0].map((one) => one.title)).toEqual(['15:00', '09:00'])
  })
})

describe('evidence', () => {
  it('is called by its kind, with its clause or its station', () => {
    const proof = { id: 'x', text: '', figures: [], at: null, clause: '5.4.1(3)', source: '' }
    const names = (id: string) => (id === 'RG02' ? '鼓楼雨量站' : id)
    expect(proofName({ ...proof, kind: 'condition', subject: 'F4-03' }, names)).toBe('条件 5.4.1(3)')
    expect(proofName({ ...proof, kind: 'observation', subject: 'RG02' }, names)).toBe('实测 鼓楼雨量站')
    expect(proofName({ ...proof, kind: 'alert', subject: '沄州市气象台' }, names)).toBe('预警')
  })
})

describe('judgments', () => {
  it('of a replayed moment know nothing of later ones', () => {
    const row = (judgment_id: string, clock: string, number: number) => ({ judgment_id, number, at: at(clock), made_at: at(clock), trigger: 'change', level: null, level_possible: null })
    const rows = [row('J1', '16:00', 1), row('J2', '17:00', 2)]
    expect(judgmentAt(rows, at('16:30'))?.judgment_id).toBe('J1')
    expect(judgmentAt(rows, null)?.judgment_id).toBe('J2')
    expect(judgmentAt(rows, at('15:00'))).toBeUndefined()
  })
})

describe('what a judgment went without', () => {
  it('is one line for all sources, and one for each other step', () => {
    const degraded = [{ step: 'gather', why: 'alerts：2秒内没有回应' }, { step: 'gather', why: 'standing：2秒内没有回应' }, { step: 'narrate', why: '模型未启用' }]
    expect(shortfalls(degraded)).toEqual(['没有按时取得：预警信号、签发与叫应；据其所作的判断不完整', '模型未启用'])
    expect(shortfalls([])).toEqual([])
  })
})

describe('assumptions', () => {
  it('hold one figure for each subject', () => {
    const rain = (value: number) => ({ kind: 'district_rain' as const, district_code: '990302', window_min: 60, value })
    const level = { kind: 'station' as const, station_id: 'RV01', metric: 'water_level', value: 31 }
    const changes = withChange(withChange(withChange([], rain(10)), level), rain(60))
    expect(changes).toEqual([rain(60), level])
    expect(keyOf(rain(1))).not.toBe(keyOf({ ...rain(1), window_min: 180 }))
  })

  it('move a level around what is measured, and rain up to what falls', () => {
    expect(rangeOf({ kind: 'station', station_id: 'RV01', metric: 'water_level', value: 0 }, 30.4)).toMatchObject({ min: 22, max: 39, unit: 'm' })
    expect(rangeOf({ kind: 'district_rain', district_code: 'x', window_min: 1440, value: 0 }, null)).toMatchObject({ min: 0, max: 500 })
  })
})
