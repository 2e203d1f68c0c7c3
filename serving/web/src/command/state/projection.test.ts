import { describe, expect, it } from 'vitest'
import { around, boundsOf, middle, pathOf, projection, rings, WHOLE, zoomed } from './projection'

const SHEET = projection({ west: 113, south: 29.5, east: 113.2, north: 29.7 }, 1000, 0)

describe('the city’s sheet', () => {
  it('takes longitude to the right and latitude upwards, with true proportions', () => {
    expect(SHEET.project(113, 29.7)).toEqual([0, 0])
    const [x, y] = SHEET.project(113.2, 29.5)
    expect(x).toBeCloseTo(1000)
    expect(SHEET.height).toBe(Math.round(y))
    // A degree of longitude is shorter than one of latitude: a square of degrees stands upright.
    expect(SHEET.height / 1000).toBeCloseTo(1 / Math.cos((29.6 * Math.PI) / 180), 2)
  })

  it('draws polygons of either kind and closes them', () => {
    const ring: [number, number][] = [[113, 29.7], [113.2, 29.7], [113.2, 29.5], [113, 29.7]]
    expect(rings({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })).toHaveLength(2)
    expect(rings({ type: 'Point', coordinates: [113, 29] })).toEqual([])
    expect(pathOf([ring], SHEET, true)).toMatch(/^M0\.0 0\.0L1000\.0 0\.0L.*Z$/)
    expect(boundsOf(ring)).toEqual({ west: 113, south: 29.5, east: 113.2, north: 29.7 })
    expect(middle([ring], SHEET)[0]).toBeCloseTo(500)
  })

  it('keeps the spot under the pointer, and the window on the sheet', () => {
    const view = zoomed(WHOLE, 2, [500, 500], SHEET)
    expect(view).toEqual({ x: 250, y: 250, zoom: 2 })
    expect(zoomed(WHOLE, 0.5, [500, 500], SHEET)).toEqual(WHOLE)
    expect(zoomed(WHOLE, 2, [0, 0], SHEET)).toEqual({ x: 0, y: 0, zoom: 2 })
  })

  it('frames what is odd', () => {
    const view = around([[400, 400], [600, 600]], SHEET)
    expect(view.zoom).toBeGreaterThan(2)
    expect(view.x).toBeLessThan(400)
    expect(view.x + 1000 / view.zoom).toBeGreaterThan(600)
    expect(around([], SHEET)).toEqual(WHOLE)
  })
})
