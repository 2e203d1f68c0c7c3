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

/** The event's clock at a moment of the browser's, from the answer that came at `heardAt`: in an exercise it has a speed. */
export function eventClock({ now, speed }: { now: string; speed: number }, heardAt: number, browserNow: number): number {
  return Date.parse(now) + (browserNow - heardAt) * speed
}
