/**
 * Following an event stream of the server (a run's, an upload's) for as long as it lasts.
 *
 * fetch instead of EventSource: it shows the server's keep-alive comments, so a connection that died silently
 * (a pulled cable, a sleeping laptop) is noticed and opened again after the last event seen.
 */

import type { RunEvent } from './types'

export const ENDING = new Set(['run.finished', 'run.failed', 'run.cancelled'])
const SILENCE_MS = 40_000 // the server speaks at least every 15 s
const BACKOFF_MS = [300, 1000, 2000, 4000, 8000]

/** The least that every event has: its number in the stream, from 1, and what it is. */
export interface Numbered { seq: number; type: string }

export interface Follow<E extends Numbered> {
  /** Under /api, without a query. */
  path: string
  after: number
  /** The types of event after which nothing follows. */
  ends: ReadonlySet<string>
  onEvents: (events: E[]) => void
  onReach: (reached: boolean) => void
  /** The server knows no such stream (any more). */
  onGone?: () => void
}

export interface FollowRun extends Pick<Follow<RunEvent>, 'after' | 'onEvents' | 'onReach'> { runId: string }

export function followRun({ runId, ...rest }: FollowRun): () => void {
  return follow({ ...rest, path: `/runs/${encodeURIComponent(runId)}/events`, ends: ENDING })
}

/** Calls `onEvents` with each batch, in order and without gaps. Returns a function that stops following. */
export function follow<E extends Numbered>({ path, after, ends, onEvents, onReach, onGone }: Follow<E>): () => void {
  const stop = new AbortController()
  void keepFollowing()
  return () => stop.abort()

  async function keepFollowing(): Promise<void> {
    let failures = 0
    while (!stop.signal.aborted) {
      const outcome = await readOnce()
      if (outcome === 'ended' || stop.signal.aborted) return
      if (outcome === 'refused') return onGone?.()
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
      const response = await fetch(`/api${path}?after=${after}`, {
        headers: { Accept: 'text/event-stream', 'Last-Event-ID': String(after) },
        signal: connection.signal,
      })
      if (response.status === 404) return 'refused'
      if (!response.ok || !response.body) return 'nothing'
      onReach(true)
      const parse = eventParser<E>()
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
        if (ends.has(last.type)) return 'ended'
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
export function eventParser<E = RunEvent>(): (chunk: string) => E[] {
  let rest = ''
  return (chunk) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => {
      const data = block.split('\n').filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).replace(/^ /, ''))
      return data.length ? [JSON.parse(data.join('\n')) as E] : []
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
