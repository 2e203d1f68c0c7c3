import { useEffect, useState } from 'react'

/** The browser's clock, in milliseconds, ticking every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/**
 * The event's clock: in an exercise it is not the wall's. `now` came at `heardAt` (browser time), and runs on from there
 * at the rate that the last two answers showed.
 */
export function eventClock(answers: readonly { now: number; heardAt: number }[], browserNow: number): number {
  const last = answers.at(-1)
  if (!last) return browserNow
  const first = answers[0]
  const rate = first && last.heardAt - first.heardAt > 500 ? (last.now - first.now) / (last.heardAt - first.heardAt) : 1
  return last.now + (browserNow - last.heardAt) * Math.max(0, rate)
}
