/** The address of the commander's page: the moment, the pane and what is looked at, so that a link brings it all back. */

export const ROOT = '#/command'
export const PANES = ['now', 'table', 'judgment', 'briefing', 'calls', 'map'] as const
/** What the large column shows; "now" and "map" stand beside it on a desk and are panes of their own on a phone. */
export type Pane = (typeof PANES)[number]
export const FILTERS = ['all', 'met', 'unknown', 'human'] as const
export type Filter = (typeof FILTERS)[number]

export interface Place {
  /** An earlier event, to be looked at again; null is the one that runs. */
  event: string | null
  /** The replayed moment; null is live, or the end of an earlier event. */
  at: string | null
  wall: boolean
  pane: Pane
  filter: Filter
  /** What the inspector shows: see `Subject`. */
  look: string | null
  briefing: string | null
}

export const START: Place = { event: null, at: null, wall: false, pane: 'now', filter: 'all', look: null, briefing: null }

export function parsePlace(hash: string): Place {
  const at = hash.indexOf('?')
  const query = new URLSearchParams(at < 0 ? '' : hash.slice(at + 1))
  const moment = query.get('at')
  return {
    event: query.get('event') || null,
    at: moment && !Number.isNaN(Date.parse(moment)) ? moment : null,
    wall: query.get('wall') === '1',
    pane: PANES.find((name) => name === query.get('pane')) ?? START.pane,
    filter: FILTERS.find((name) => name === query.get('only')) ?? START.filter,
    look: query.get('look') || null,
    briefing: query.get('briefing') || null,
  }
}

/** The shortest address that `parsePlace` reads back as the same place. */
export function placeHash(place: Place): string {
  const query = new URLSearchParams()
  if (place.event) query.set('event', place.event)
  if (place.at) query.set('at', place.at)
  if (place.wall) query.set('wall', '1')
  if (place.pane !== START.pane) query.set('pane', place.pane)
  if (place.filter !== START.filter) query.set('only', place.filter)
  if (place.look) query.set('look', place.look)
  if (place.briefing) query.set('briefing', place.briefing)
  const words = query.toString()
  return words ? `${ROOT}?${words}` : ROOT
}

/** What can be looked at more closely. A station may name the moment of the figure that was clicked. */
export type Subject =
  | { kind: 'station'; id: string; metric: string | null; at: string | null }
  | { kind: 'condition' | 'evidence' | 'risk' | 'cluster' | 'district'; id: string }

export function subjectOf(look: string | null): Subject | null {
  const [kind, id, metric, at] = look?.split('|') ?? []
  if (!id) return null
  if (kind === 'station') return { kind, id, metric: metric || null, at: at || null }
  return kind === 'condition' || kind === 'evidence' || kind === 'risk' || kind === 'cluster' || kind === 'district' ? { kind, id } : null
}

export function lookAt(subject: Subject): string {
  return subject.kind === 'station' ? ['station', subject.id, subject.metric ?? '', subject.at ?? ''].join('|') : `${subject.kind}|${subject.id}`
}
