/**
 * Following a run's event stream for as long as it lasts.
 *
 * fetch instead of EventSource: it shows the server's keep-alive comments, so a connection that died silently
 * (a pulled cable, a sleeping laptop) is noticed and opened again after the last event seen.
 */

import type { RunEvent } from './types'

export const ENDING = new Set(['run.finished', 'run.failed', 'run.cancelled'])
const SILENCE_MS = 40_000 // the server speaks at least every 15 s
const BACKOFF_MS = [300, 1000, 2000, 4000, 8000]

export interface Follow {
  runId: string
  after: number
  onEvents: (events: RunEvent[]) => void
  onReach: (reached: boolean) => void
}

/** Calls `onEvents` with each batch, in order and without gaps. Returns a function that stops following. */
export function followRun({ runId, after, onEvents, onReach }: Follow): () => void {
  const stop = new AbortController()
  void keepFollowing()
  return () => stop.abort()

  async function keepFollowing(): Promise<void> {
    let failures = 0
    while (!stop.signal.aborted) {
      const outcome = await readOnce()
      if (outcome === 'ended' || stop.signal.aborted) return
      if (outcome === 'refused') return
      failures = outcome === 'progress' ? 0 : failures + 1
      if (failures > 0) onReach(false)
      await pause(BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 1000, stop.signal)
    }
  }

  async function readOnce(): Promise<'ended' | 'progress' | 'nothing' | 'refused'> {
    const connection = new AbortController()
    const close = () => connection.abort()
    stop.signal.addEventListener('abort', close)
    let watchdog = setTimeout(close, SILENCE_MS)
    let got = false
    try {
      const response = await fetch(`/api/runs/${encodeURIComponent(runId)}/events?after=${after}`, {
        headers: { Accept: 'text/event-stream', 'Last-Event-ID': String(after) },
        signal: connection.signal,
      })
      if (response.status === 404) return 'refused'
      if (!response.ok || !response.body) return 'nothing'
      onReach(true)
      const parse = eventParser()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return got ? 'progress' : 'nothing'
        clearTimeout(watchdog)
        watchdog = setTimeout(close, SILENCE_MS)
        const events = parse(value).filter((event) => event.seq > after)
        const last = events.at(-1)
        if (!last) continue
        got = true
        after = last.seq
        onEvents(events)
        if (ENDING.has(last.type)) return 'ended'
      }
    } catch {
      return got ? 'progress' : 'nothing' // aborted or cut off: the loop decides what follows
    } finally {
      clearTimeout(watchdog)
      stop.signal.removeEventListener('abort', close)
      connection.abort()
    }
  }
}

/** A parser of `text/event-stream` chunks, cut anywhere; comments (keep-alive) and empty events yield nothing. */
export function eventParser(): (chunk: string) => RunEvent[] {
  let rest = ''
  return (chunk) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const data = block.split('\n').filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
      return data.length ? [JSON.parse(data.join('\n')) as RunEvent] : []
    })
  }
}

/** Wait, but no longer than until the browser says that the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
}
