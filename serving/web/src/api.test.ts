import { afterEach, expect, it, vi } from 'vitest'
import { createApi, createCall, Refused, Unreachable } from './api'

afterEach(() => vi.unstubAllGlobals())

it('names the operator, encoded, at the time of the call', async () => {
  let name = '李敏'
  const seen: (string | null)[] = []
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    seen.push(new Headers(init.headers).get('X-Operator'))
    return Response.json({ items: [] })
  })
  const api = createApi(createCall(() => name, () => undefined))
  await api.search('噪声')
  name = '王强'
  await api.search('噪声')
  expect(seen.map((value) => decodeURIComponent(value ?? ''))).toEqual(['李敏', '王强'])
})

it('tells a refusal from silence', async () => {
  const reach: boolean[] = []
  const api = createApi(createCall(() => '', (ok) => reach.push(ok)))
  vi.stubGlobal('fetch', async () => Response.json({ error: { code: 'conflict', message: '已用过' } }, { status: 409 }))
  await expect(api.ticket('T')).rejects.toMatchObject({ status: 409, code: 'conflict', message: '已用过' })
  await expect(api.ticket('T')).rejects.toBeInstanceOf(Refused)
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('offline')))
  await expect(api.ticket('T')).rejects.toBeInstanceOf(Unreachable)
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }))
  await expect(api.ticket('T')).rejects.toMatchObject({ status: 502 })
  expect(reach).toEqual([true, true, false, true])
})
