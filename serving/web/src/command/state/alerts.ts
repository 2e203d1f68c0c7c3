/** Signals in force as people read them: hundreds of them are a few kinds. */

import type { Colour, WeatherAlert } from '../types'
import { COLOURS } from './levels'

/** All signals of one type and colour, the newest first; `districts` are theirs together. */
export interface AlertGroup { type: string; colour: Colour; alerts: [WeatherAlert, ...WeatherAlert[]]; districts: string[] }

/** The gravest colour first, within it the newest. */
export function groupedAlerts(alerts: readonly WeatherAlert[]): AlertGroup[] {
  const found = new Map<string, AlertGroup>()
  const newest = [...alerts].sort((a, b) => COLOURS[a.colour] - COLOURS[b.colour] || Date.parse(b.issued_at) - Date.parse(a.issued_at))
  for (const alert of newest) {
    const { type, colour } = alert
    const group = found.get(type + colour)
    if (!group) found.set(type + colour, { type, colour, alerts: [alert], districts: [...alert.districts] })
    else {
      group.alerts.push(alert)
      group.districts.push(...alert.districts.filter((code) => !group.districts.includes(code)))
    }
  }
  return [...found.values()]
}
