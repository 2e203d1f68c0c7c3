import { beforeEach, describe, expect, it } from 'vitest'
import { row } from '../testing/samples'
import { moment, remaining, timeOfDay, withoutArticle } from './format'
import { newTicketId } from './ids'
import { neighbour, ordered } from './queue'
import { load, save } from './stored'

describe('times', () => {
  it('are told in the city\'s zone', () => {
    expect(moment('2026-11-25T16:05:00+00:00')).toBe('11月26日 00:05')
    expect(timeOfDay('2026-11-26T17:30:00+08:00')).toBe('17:30')
    expect(moment('')).toBe('—')
  })
  it('count down and over', () => {
    const now = Date.parse('2026-11-25T10:00:00+08:00')
    expect(remaining('2026-11-27T13:00:00+08:00', now)).toBe('剩 2天3小时')
    expect(remaining('2026-11-25T09:20:00+08:00', now)).toBe('已超 40分钟')
    expect(remaining('', now)).toBe('')
  })
})

it('shows an article number once', () => {
  expect(withoutArticle('第五条　夜间不得施工', '第五条')).toBe('夜间不得施工')
  expect(withoutArticle('夜间不得施工', '第五条')).toBe('夜间不得施工')
})

describe('the queue', () => {
  const rows = [
    row('run', { status: 'running' }), row('plain'), row('done', { status: 'dispatched' }),
    row('urgent', { urgency: '紧急' }), row('fire', { emergency_number: '119' }),
  ]
  const ids = (filter: 'open' | 'done' | 'all') => ordered(rows, filter).map((item) => item.ticket_id)
  it('puts emergencies first and keeps what is done apart', () => {
    expect(ids('open')).toEqual(['fire', 'urgent', 'plain', 'run'])
    expect(ids('done')).toEqual(['done'])
  })
  it('steps to neighbours and stops at its ends', () => {
    const list = ordered(rows, 'open')
    expect([neighbour(list, 'fire', 1), neighbour(list, 'fire', -1), neighbour(list, null, 1), neighbour([], null, 1)])
      .toEqual(['urgent', 'fire', 'fire', null])
  })
})

describe('what is kept in the browser', () => {
  beforeEach(() => localStorage.clear())
  it('comes back, and rubbish does not break the page', () => {
    save('a', { text: '没写完' })
    expect(load('a', null)).toEqual({ text: '没写完' })
    localStorage.setItem('pingji:b', '{broken')
    expect(load('b', '')).toBe('')
    save('a', undefined)
    expect(load('a', 'none')).toBe('none')
  })
})

it('makes ticket numbers that differ', () => {
  const now = new Date(2026, 10, 25, 9, 5, 7)
  expect(newTicketId(now)).toMatch(/^T20261125090507-[0-9a-f]{6}$/)
  expect(new Set(Array.from({ length: 200 }, () => newTicketId(now))).size).toBeGreaterThan(195)
})
