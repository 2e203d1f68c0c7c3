import { useState } from 'react'

export interface Sending { send: <T>(ask: () => Promise<T>, done: (answer: T) => void) => void; busy: boolean; trouble: string | null }

/** One request at a time from a dialog: busy while it is under way, and what was wrong where it failed. */
export function useSend(): Sending {
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const send: Sending['send'] = (ask, done) => {
    if (busy) return
    setBusy(true)
    setTrouble(null)
    ask().then(done, (error: unknown) => setTrouble(error instanceof Error ? error.message : '没有成功，请重试')).finally(() => setBusy(false))
  }
  return { send, busy, trouble }
}
