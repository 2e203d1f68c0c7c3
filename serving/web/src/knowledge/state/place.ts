/** The address of the knowledge page: everything that a refresh, a bookmark or a colleague's link must bring back. */

import type { FacetName } from '../types'

export const ROOT = '#/knowledge'
/** Each facet, and its name in addresses and requests. */
export const FACETS: readonly (readonly [FacetName, string])[] = [
  ['levels', 'level'], ['issuers', 'issuer'], ['regions', 'region'], ['hazards', 'hazard'],
]

export type Filters = Record<FacetName | 'documents', string[]>
/** What a phone shows; a desk shows all of it. */
export type Pane = 'hits' | 'tree' | 'text'

export interface Place {
  q: string
  /** null: today. */
  asOf: string | null
  anyTime: boolean
  filters: Filters
  doc: string | null
  clause: string | null
  /** An article by its name, for links that know no clause id. */
  article: string | null
  /** The id of the older version that `doc` is compared with. */
  against: string | null
  pane: Pane
}

export const NO_FILTERS: Filters = { levels: [], issuers: [], regions: [], hazards: [], documents: [] }
export const START: Place = {
  q: '', asOf: null, anyTime: false, filters: NO_FILTERS, doc: null, clause: null, article: null, against: null, pane: 'hits',
}
const DAY = /^\d{4}-\d{2}-\d{2}$/
const PANES: readonly Pane[] = ['hits', 'tree', 'text']

export function parsePlace(hash: string): Place {
  const at = hash.indexOf('?')
  const query = new URLSearchParams(at < 0 ? '' : hash.slice(at + 1))
  const text = (name: string) => query.get(name) || null
  const day = text('as_of')
  const pane = PANES.find((name) => name === query.get('pane'))
  return {
    q: query.get('q') ?? '',
    asOf: day && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : null,
    anyTime: query.get('any_time') === '1',
    filters: {
      ...(Object.fromEntries(FACETS.map(([field, name]) => [field, query.getAll(name)])) as Record<FacetName, string[]>),
      documents: query.getAll('document'),
    },
    doc: text('doc'), clause: text('clause'), article: text('article'), against: text('against'),
    pane: pane ?? (text('doc') || text('clause') ? 'text' : 'hits'),
  }
}

/** The shortest address that `parsePlace` reads back as the same place. */
export function placeHash(place: Place): string {
  const query = new URLSearchParams()
  if (place.q) query.set('q', place.q)
  if (place.asOf) query.set('as_of', place.asOf)
  if (place.anyTime) query.set('any_time', '1')
  for (const [field, name] of FACETS) for (const value of place.filters[field]) query.append(name, value)
  for (const value of place.filters.documents) query.append('document', value)
  for (const name of ['doc', 'clause', 'article', 'against'] as const) if (place[name]) query.set(name, place[name])
  if (place.pane !== (place.doc || place.clause ? 'text' : 'hits')) query.set('pane', place.pane)
  const words = query.toString()
  return words ? `${ROOT}?${words}` : ROOT
}

export function toggled(filters: Filters, field: keyof Filters, value: string): Filters {
  const held = filters[field]
  return { ...filters, [field]: held.includes(value) ? held.filter((other) => other !== value) : [...held, value] }
}

export function countFilters(filters: Filters): number {
  return Object.values(filters).reduce((sum, values) => sum + values.length, 0)
}
