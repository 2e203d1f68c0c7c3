import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventParser, followRun } from './events'
import { EVENTS } from './testing/samples'
import type { RunEvent } from './types'

const wire = (events: RunEvent[]) => events
  .map((event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(': keep-alive\n\n')

/** A server that sends `from` after+1 up to `upTo` per connection, then hangs up. */
function serve(upTo: number[]) {
  const asked: number[] = []
  vi.stubGlobal('fetch', async (url: string) => {
    const after = Number(new URL(url, 'http://x').searchParams.get('after'))
    const end = upTo[asked.length]
    asked.push(after)
    if (end === undefined) throw new TypeError('network')
    return new Response(wire(EVENTS.slice(Math.max(0, after - 1), end))) // one old event again, as some proxies do
  })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

describe('following a run', () => {
  it('reads events cut at any place', () => {
    const text = wire(EVENTS).replaceAll('\n', '\r\n')
    for (const size of [1, 7, 64, text.length]) {
      const parse = eventParser()
      const got: RunEvent[] = []
      for (let at = 0; at < text.length; at += size) got.push(...parse(text.slice(at, at + size)))
      expect(got).toEqual(EVENTS)
    }
  })

  it('goes on after the last event seen and ends with the run', async () => {
    const asked = serve([3, 9, EVENTS.length])
    const got: number[] = []
    await new Promise<void>((resolve) => {
      followRun({
        runId: 'R', after: 0, onReach: () => undefined,
        onEvents: (events) => {
          got.push(...events.map((event) => event.seq))
          if (events.at(-1)?.type === 'run.finished') resolve()
        },
      })
    })
    expect(got).toEqual(EVENTS.map((event) => event.seq))
    expect(asked).toEqual([0, 3, 9])
  })

  it('tells that the server is out of reach, and stops when told', async () => {
    const asked = serve([])
    const stop = await new Promise<() => void>((resolve) => {
      const end = followRun({ runId: 'R', after: 0, onEvents: () => undefined, onReach: (ok) => !ok && resolve(end) })
    })
    stop()
    const before = asked.length
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(asked.length).toBe(before)
  })
})
