import { describe, expect, it } from 'vitest'
import { at, mark, timeline } from '../../testing/command'
import type { LevelStep } from '../types'
import { eventClock } from '../hooks/useNow'
import { left, old, sourceLine, when } from './freshness'
import { bands, cityTime, clustered, gravest, hours, latest, momentOf, share, stepOf, steps } from './timeline'
import { plain } from './plain'

describe('the event on one line', () => {
  it('joins steps of one level into a band and leaves out none', () => {
    const levels: LevelStep[] = [{ at: at('08:00'), flood: null }, { at: at('15:50'), flood: 4 }, { at: at('16:00'), flood: 4 }, { at: at('16:40'), flood: 3 }]
    expect(bands(levels, 'flood', at('18:00'))).toEqual([
      { from: at('15:50'), to: at('16:40'), level: 4 }, { from: at('16:40'), to: at('18:00'), level: 3 },
    ])
    expect(bands(levels, 'typhoon', at('18:00'))).toEqual([])
  })

  it('goes from step to moment and back; the last step is the present', () => {
    const line = timeline()
    expect(steps(line)).toBe(60)
    expect(momentOf(51, line)).toBe(at('16:30'))
    expect(stepOf(at('16:30'), line)).toBe(51)
    expect(momentOf(60, line)).toBeNull()
    expect(stepOf(null, line)).toBe(60)
    expect(stepOf(at('07:00'), line)).toBe(0)
    expect(momentOf(1, timeline({ to: at('09:00') }))).toBe(at('08:01'))
  })

  it('marks what lies together once, in the row of its kind', () => {
    const items = [mark('16:00'), mark('16:01', { subject: 'F4-02' }), mark('16:00', { kind: 'alert' }), mark('17:00', { kind: 'decision' })]
    expect(clustered(timeline({ items })).map(({ row, marks }) => [row, marks.length])).toEqual([[0, 1], [1, 2], [2, 1]])
  })

  it('tells the newest first, and nothing of what came later', () => {
    const items = [mark('16:00'), mark('17:30', { text: '后来' }), mark('16:40', { text: '新' })]
    expect(latest(timeline({ items }), at('17:00'), 5).map((one) => one.text)).toEqual(['新', '成立'])
  })

  it('tells in one line what a failing feed turned, behind what is graver', () => {
    const gap = (clock: string, clause: string, words = '转为未知') => mark(clock, { kind: 'gap', text: `${clause}${words}` })
    const items = [...['5.4.1(1)', '5.4.1(2)', '5.5.1(2)', '5.6.1(2)'].map((clause) => gap('16:53', clause)), gap('16:53', '5.7.1(1)', '由未知转为未达到'), mark('16:53', { kind: 'level', text: '达到Ⅲ级' }), gap('16:40', '5.4.1(1)')]
    expect(latest(timeline({ items }), at('17:00'), 9).map((one) => one.text)).toEqual(['达到Ⅲ级', '5.4.1(1)、5.4.1(2)、5.5.1(2) 等4条转为未知', '5.7.1(1)由未知转为未达到', '5.4.1(1)转为未知'])
  })

  it('keeps to the city’s clock, whatever the browser’s', () => {
    expect(cityTime(Date.parse('2026-05-17T17:30:00Z'))).toBe('2026-05-18T01:30:00+08:00')
    expect(hours(timeline())[0]).toBe(at('08:00'))
    expect(hours(timeline({ to: at('08:40') }))).toContain(at('08:25'))
    expect(hours(timeline({ to: '2026-05-19T20:00:00+08:00' })).length).toBeLessThanOrEqual(13)
    expect(share(at('13:00'), timeline())).toBe(0.5)
  })
})

describe('ages', () => {
  it('are told in words, with a sign for what is wrong', () => {
    expect(old(59)).toBe('59秒')
    expect(old(3600)).toBe('1小时')
    expect(old(7500)).toBe('2小时5分')
    const now = Date.parse(at('16:00'))
    expect(sourceLine({ name: 'alerts', state: 'down', fetched_at: null, why: '' }, now, true)).toBe('✕ 中断 从未收到')
    expect(sourceLine({ name: 'alerts', state: 'stale', fetched_at: at('15:58'), why: '' }, now, true)).toBe('◐ 偏旧 2分钟前')
    expect(sourceLine({ name: 'alerts', state: 'ok', fetched_at: null, why: '' }, now, false)).toBe('●')
    expect([left(190_000), left(1_800_000), left(3_725_000)]).toEqual(['3分10秒', '30分钟', '1小时2分'])
    expect(when(at('16:40'), Date.parse(at('23:00')))).toBe('16:40')
    expect(when(at('16:40'), Date.parse('2026-05-19T01:00:00+08:00'))).toBe('5月18日 16:40')
  })

  it('of an exercise run at the exercise’s speed', () => {
    expect(eventClock({ now: at('16:00'), speed: 60 }, 1000, 3000)).toBe(Date.parse(at('16:02')))
    expect(eventClock({ now: at('16:00'), speed: 0 }, 1000, 9000)).toBe(Date.parse(at('16:00')))
  })
})

describe('marks in one place', () => {
  it('show the gravest', () => {
    expect(gravest([mark('16:00', { kind: 'finding' }), mark('16:01', { kind: 'decision' })])).toBe('decision')
  })
})

describe('a long line', () => {
  it('has as few marks as a short one, and ages are days', () => {
    expect(hours({ from: at('16:55'), to: '2026-11-26T16:48:00+08:00' }).length).toBeLessThanOrEqual(13)
    expect(old(191 * 86_400)).toBe('191天')
    expect(old(47 * 3600)).toBe('47小时')
  })
})

describe('reasons', () => {
  it('are told without what machines say to each other', () => {
    expect(plain('预警信号来源中断（GET http://x/cap 返回 503；稍后重试）；雨量站缺测')).toBe('预警信号来源中断；雨量站缺测')
    expect(plain("来源中断（GET http://x/citizens 的回复不合约定（Expecting ':' (char 2)）；请联系）")).toBe('来源中断')
    expect(plain('预警信号中断：GET http://x 返回 503')).toBe('预警信号中断')
    expect(plain('近1小时缺测（3站）')).toBe('近1小时缺测（3站）')
  })
})
