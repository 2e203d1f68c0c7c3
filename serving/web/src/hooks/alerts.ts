import type { Alert } from '../types'
import type { Desk } from './useDesk'

/** The alerts of a ticket: as its run raised them, or, where only the decision is left, as that names them. */
export function alertsOf(desk: Desk): Alert[] {
  if (desk.run.alerts.length) return desk.run.alerts
  const route = desk.original?.special_route
  if (!route) return []
  const known = desk.city?.special_routes.find((item) => item.id === route)
  const number = desk.original?.emergency_number ?? null
  return [{ route, number, name: known?.name ?? route, advice: known?.channel ?? '', evidence: '', also: [] }]
}
