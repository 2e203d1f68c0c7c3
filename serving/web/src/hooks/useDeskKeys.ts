import { useApp } from '../app'
import { chooseCategory } from '../state/edits'
import { neighbour } from '../state/queue'
import type { TicketRow } from '../types'
import { alertsOf } from './alerts'
import { focusSoon } from './useFocus'
import type { Desk } from './useDesk'
import { useShortcuts } from './useShortcuts'
import type { Transfers } from './useTransfers'
import type { Mode, View } from './useView'

export interface DeskKeys {
  desk: Desk
  view: View
  transfers: Transfers
  rows: readonly TicketRow[]
  open: (ticketId: string | null) => void
  approve: () => void
}

/** Every key of the help table but those of the text boxes themselves. */
export function useDeskKeys({ desk, view, transfers, rows, open, approve }: DeskKeys): void {
  const { operator } = useApp()
  const write = (mode: Mode) => {
    view.set({ tab: 'talk', mode })
    focusSoon('say')
  }
  const pick = (place: number) => {
    const index = view.active - 1
    const original = desk.original?.demands[index]
    const code = original?.candidates[place]
    if (desk.open && original && code) desk.setChanges((before) => chooseCategory(before, index, code, original))
  }
  const step = (by: 1 | -1) => {
    const next = neighbour(rows, desk.ticketId, by)
    if (next) open(next)
  }
  const transfer = () => {
    const number = alertsOf(desk).find((alert) => alert.number)?.number
    if (number) transfers.give('transferred', number, operator)
  }
  const activate = (by: 1 | -1) =>
    view.set({ active: Math.min(Math.max(1, view.active + by), Math.max(1, desk.shown?.demands.length ?? 1)) })

  useShortcuts({
    KeyN: () => open(null),
    KeyA: () => view.dialog === null && approve(),
    KeyR: () => desk.open && view.set({ dialog: 'return' }),
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    KeyQ: () => write('ask'),
    KeyS: () => desk.ticketId && write('caller'),
    KeyE: () => { view.set({ tab: 'ticket' }); focusSoon('draft-order') },
    KeyC: () => desk.open && view.set({ tab: 'ticket', correcting: !view.correcting }),
    KeyT: transfer,
    ArrowDown: () => activate(1),
    ArrowUp: () => activate(-1),
    ...Object.fromEntries([0, 1, 2, 3, 4].map((place) => [`Digit${place + 1}`, () => pick(place)])),
    '?': () => view.set({ dialog: 'help' }),
  })
}
