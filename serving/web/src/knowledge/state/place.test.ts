import { describe, expect, it } from 'vitest'
import { searchQuery } from '../api'
import { countFilters, NO_FILTERS, parsePlace, placeHash, START, toggled, type Place } from './place'

const FULL: Place = {
  q: '夜间施工 & 噪声', asOf: '2019-05-01', anyTime: true, doc: 'd/1', clause: 'c#1', article: null, against: 'd0', pane: 'tree',
  filters: { levels: ['法律', '规章'], issuers: ['国务院'], regions: [], hazards: ['暴雨'], documents: ['d/1'] },
}

describe('the address', () => {
  it('brings everything back', () => {
    for (const place of [START, FULL, { ...START, doc: 'x', pane: 'text' as const }, { ...START, doc: 'x' }, { ...START, pane: 'text' as const }]) {
      expect(parsePlace(placeHash(place))).toEqual(place)
    }
  })
  it('is short where nothing is chosen, and forgiving', () => {
    expect(placeHash(START)).toBe('#/knowledge')
    expect(parsePlace('#/knowledge?as_of=gestern&pane=x&any_time=yes')).toEqual(START)
    expect(parsePlace('#/knowledge?as_of=2024-13-40').asOf).toBeNull()
    expect(parsePlace('#/knowledge?doc=a').pane).toBe('text')
  })
})

it('filters are values chosen and given back', () => {
  const once = toggled(NO_FILTERS, 'levels', '法律')
  expect([countFilters(once), countFilters(toggled(once, 'levels', '法律')), countFilters(toggled(once, 'regions', '深圳'))]).toEqual([1, 0, 2])
})

it('asks the server in its own words', () => {
  expect(searchQuery({ q: '噪声', asOf: null, anyTime: false, filters: NO_FILTERS, top: 20 })).toBe(`q=${encodeURIComponent('噪声')}&top=20`)
  const asked = new URLSearchParams(searchQuery({ ...FULL, top: 5 }))
  expect(asked.getAll('level')).toEqual(['法律', '规章'])
  expect([asked.get('as_of'), asked.get('any_time'), asked.get('hazard'), asked.get('document'), asked.get('q')])
    .toEqual(['2019-05-01', 'true', '暴雨', 'd/1', '夜间施工 & 噪声'])
})
