/** Longitude and latitude on a flat sheet: equirectangular at the city's own latitude. A city is small enough for that. */

import type { Features } from '../types'

export type Spot = [x: number, y: number]
export interface Bounds { west: number; south: number; east: number; north: number }
export interface Projection { width: number; height: number; project: (lon: number, lat: number) => Spot }

/** The ring's corners of a polygon or multi-polygon, each [lon, lat]; anything else has none. */
export function rings(geometry: Features['features'][number]['geometry']): [number, number][][] {
  if (geometry?.type === 'Polygon') return geometry.coordinates as [number, number][][]
  if (geometry?.type === 'MultiPolygon') return (geometry.coordinates as [number, number][][][]).flat()
  return []
}

/** Where the lines of a LineString or MultiLineString run. */
export function lines(geometry: Features['features'][number]['geometry']): [number, number][][] {
  if (geometry?.type === 'LineString') return [geometry.coordinates as [number, number][]]
  if (geometry?.type === 'MultiLineString') return geometry.coordinates as [number, number][][]
  return []
}

export function boundsOf(spots: readonly (readonly [number, number])[]): Bounds {
  const lons = spots.map(([lon]) => lon)
  const lats = spots.map(([, lat]) => lat)
  return { west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) }
}

/** `width` units wide with a margin all round; the height follows from the true shape. */
export function projection(bounds: Bounds, width = 1000, margin = 24): Projection {
  const squeeze = Math.cos(((bounds.south + bounds.north) / 2) * (Math.PI / 180))
  const scale = (width - 2 * margin) / Math.max(1e-9, (bounds.east - bounds.west) * squeeze)
  return {
    width, height: Math.round((bounds.north - bounds.south) * scale + 2 * margin),
    project: (lon, lat) => [margin + (lon - bounds.west) * squeeze * scale, margin + (bounds.north - lat) * scale],
  }
}

export function pathOf(parts: readonly (readonly [number, number])[][], { project }: Projection, close: boolean): string {
  return parts.map((part) => part.map(([lon, lat], at) => {
    const [x, y] = project(lon, lat)
    return `${at ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
  }).join('') + (close ? 'Z' : '')).join('')
}

/** A label's place: the middle of the largest ring's corners. */
export function middle(parts: readonly (readonly [number, number])[][], { project }: Projection): Spot {
  const ring = [...parts].sort((a, b) => b.length - a.length)[0] ?? []
  const spots = ring.map(([lon, lat]) => project(lon, lat))
  const mean = (axis: 0 | 1) => spots.reduce((sum, spot) => sum + spot[axis], 0) / Math.max(1, spots.length)
  return [mean(0), mean(1)]
}

/** A window onto the sheet: its upper left corner and how many times it is enlarged. */
export interface View { x: number; y: number; zoom: number }
export const WHOLE: View = { x: 0, y: 0, zoom: 1 }
const MAX_ZOOM = 8

/** Enlarged around `[x, y]` of the sheet, which stays where it is on the screen. */
export function zoomed(view: View, by: number, [x, y]: Spot, sheet: Projection): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom * by))
  const keep = (corner: number, spot: number) => spot - ((spot - corner) * view.zoom) / zoom
  return inside({ x: keep(view.x, x), y: keep(view.y, y), zoom }, sheet)
}

export function inside(view: View, sheet: Projection): View {
  const clamp = (value: number, size: number) => Math.min(Math.max(0, value), size - size / view.zoom)
  return { ...view, x: clamp(view.x, sheet.width), y: clamp(view.y, sheet.height) }
}

/** The window that holds all the spots with room around them; the whole sheet where there are none. */
export function around(spots: readonly Spot[], sheet: Projection): View {
  if (!spots.length) return WHOLE
  const { west, south, east, north } = boundsOf(spots)
  const zoom = Math.min(MAX_ZOOM, Math.max(1, Math.min(sheet.width / ((east - west) * ROOM + 1), sheet.height / ((north - south) * ROOM + 1))))
  return inside({ x: (west + east) / 2 - sheet.width / zoom / 2, y: (south + north) / 2 - sheet.height / zoom / 2, zoom }, sheet)
}

const ROOM = 1.3
