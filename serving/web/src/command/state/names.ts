/** Names of what the picture only numbers. */

import type { CityMap } from '../types'

export type Names = (id: string) => string

export function namesOf(map: CityMap | undefined): Names {
  const found = new Map<string, string>()
  for (const { properties } of map?.districts.features ?? []) {
    found.set(String(properties['code'] ?? properties['district_code']), String(properties['name'] ?? properties['district']))
  }
  for (const station of map?.stations ?? []) found.set(station.station_id, station.name)
  for (const risk of map?.risk_points ?? []) found.set(risk.risk_id, risk.name)
  return (id) => found.get(id) ?? id
}
