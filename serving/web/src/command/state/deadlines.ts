/** Deadlines that stand in full, and the rest. */

import type { Countdown } from '../types'

const SHOWN = 3

/**
 * What is over must be seen, but not hide what can still be met: the next deadline to come always has a place. Those that are
 * over come the newest first; one that is hours over is known by now.
 */
export function shownFirst(countdowns: readonly Countdown[], now: number): [shown: Countdown[], others: Countdown[]] {
  const over = countdowns.filter((item) => Date.parse(item.due_at) < now).reverse()
  const ahead = countdowns.filter((item) => Date.parse(item.due_at) >= now)
  const late = over.slice(0, ahead.length ? SHOWN - 1 : SHOWN)
  const shown = [...late, ...ahead.slice(0, SHOWN - late.length)]
  return [shown, [...over, ...ahead].filter((item) => !shown.includes(item))]
}
