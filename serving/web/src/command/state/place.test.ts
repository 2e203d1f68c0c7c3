import { describe, expect, it } from 'vitest'
import { keyAction } from '../hooks/useCommandKeys'
import { lookAt, parsePlace, placeHash, START, subjectOf, type Place } from './place'

describe('the address of the commander’s page', () => {
  it('brings back what it was made from', () => {
    const places: Place[] = [
      START,
      { event: 'E-1', at: '2026-05-18T16:20:00+08:00', wall: true, pane: 'table', filter: 'unknown', look: 'station|RG01|rain_10min|2026-05-18T16:20:00+08:00', briefing: 'B-1' },
    ]
    for (const place of places) expect(parsePlace(placeHash(place))).toEqual(place)
    expect(placeHash(START)).toBe('#/command')
  })

  it('falls back to live and the overview where it can’t be read', () => {
    expect(parsePlace('#/command?at=gestern&pane=nix&only=alles')).toEqual(START)
  })

  it('names what is looked at', () => {
    expect(subjectOf('station|PD02||')).toEqual({ kind: 'station', id: 'PD02', metric: null, at: null })
    expect(subjectOf(lookAt({ kind: 'evidence', id: 'O:RG02@16:50' }))).toEqual({ kind: 'evidence', id: 'O:RG02@16:50' })
    expect(subjectOf('nonsense|1')).toBeNull()
    expect(subjectOf(null)).toBeNull()
  })

  it('leads by single keys to panes, back to live, and never to a signature', () => {
    expect(keyAction('2', START)).toEqual({ pane: 'table' })
    expect(keyAction('l', { ...START, at: '2026-05-18T16:20:00+08:00' })).toEqual({ at: null, event: null })
    expect(keyAction('Escape', START)).toBeNull()
    expect(keyAction('Escape', { ...START, look: 'risk|RP01' })).toEqual({ look: null })
    expect(['Enter', ' ', 's', 'd'].map((key) => keyAction(key, START))).toEqual([null, null, null, null])
  })
})
