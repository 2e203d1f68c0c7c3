import { useEffect, useState } from 'react'
import { keyOf, withChange } from '../state/whatif'
import type { WhatIf, WhatIfChange } from '../types'
import { useCommandApi } from './queries'

const PAUSE_MS = 200

export interface Hypothesis {
  changes: WhatIfChange[]
  result: WhatIf | null
  busy: boolean
  error: string | null
  set: (change: WhatIfChange) => void
  drop: (change: WhatIfChange) => void
  reset: () => void
}

/** Hypothetical figures over the picture of `at`, computed by the server's rules shortly after a slider rests. */
export function useWhatIf(at: string | null, seq: number): Hypothesis {
  const api = useCommandApi()
  const [changes, setChanges] = useState<WhatIfChange[]>([])
  const [result, setResult] = useState<WhatIf | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    setError(null)
    if (!changes.length) {
      setResult(null)
      setBusy(false)
      return
    }
    let current = true
    setBusy(true)
    const timer = setTimeout(() => {
      api.whatIf(at, changes)
        .then((found) => current && setResult(found), (reason: Error) => current && setError(reason.message))
        .finally(() => current && setBusy(false))
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, at, changes, seq])
  return {
    changes, result, busy, error,
    set: (change) => setChanges((before) => withChange(before, change)),
    drop: (change) => setChanges((before) => before.filter((other) => keyOf(other) !== keyOf(change))),
    reset: () => setChanges([]),
  }
}
