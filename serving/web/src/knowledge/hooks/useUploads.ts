import { useCallback, useEffect, useRef, useState } from 'react'
import { useApp } from '../../app'
import { follow } from '../../events'
import { useStored } from '../../state/stored'
import { batches, emptyUpload, GONE, reduceUpload, UPLOAD_ENDS, type UploadView } from '../state/uploads'
import type { UploadEvent } from '../types'
import { useKnowledgeApi, useRefresh } from './queries'

/** An upload that the server took: kept in this browser, so that a refresh follows it again. */
interface Kept { id: string; names: string[] }

const MOST_KEPT = 20

export interface Uploads {
  /** Newest first. */
  list: { id: string; view: UploadView }[]
  /** Files that still travel to the server, and why the last ones did not get there. */
  sending: { sent: number; total: number } | null
  refused: string | null
  busy: boolean
  send: (files: File[]) => void
  publish: () => void
  clear: () => void
}

export function useUploads(): Uploads {
  const api = useKnowledgeApi()
  const [kept, setKept] = useStored<Kept[]>('kb-uploads', [])
  const [sending, setSending] = useState<Uploads['sending']>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const views = useViews(kept)
  useLeaveGuard(sending !== null)

  const keep = useCallback((id: string, names: string[]) => setKept((before) => [{ id, names }, ...before].slice(0, MOST_KEPT)), [setKept])
  const send = useCallback(async (files: File[]) => {
    setRefused(null)
    let sent = 0
    try {
      for (const batch of batches(files)) {
        setSending({ sent, total: files.length })
        keep((await api.upload(batch)).upload_id, batch.map((file) => file.name))
        sent += batch.length
      }
    } catch (error) {
      setRefused(`${files.length - sent} 个文件没有送到：${error instanceof Error ? error.message : '请重试'}`)
    } finally {
      setSending(null)
    }
  }, [api, keep])
  const publish = useCallback(() => {
    setRefused(null)
    api.publish().then(({ upload_id: id }) => keep(id, []), (error: Error) => setRefused(error.message))
  }, [api, keep])

  const list = kept.map(({ id, names }) => ({ id, view: views[id] ?? emptyUpload(names) }))
  return {
    list, sending, refused, busy: sending !== null || list.some(({ view }) => !view.finished),
    send: (files) => void send(files), publish,
    clear: () => setKept((before) => before.filter(({ id }) => !views[id]?.finished)),
  }
}

/** Each upload's view, rebuilt from its first event. */
function useViews(kept: readonly Kept[]): Record<string, UploadView> {
  const { onReach } = useApp()
  const refresh = useRefresh()
  const [views, setViews] = useState<Record<string, UploadView>>({})
  const stops = useRef(new Map<string, () => void>())
  useEffect(() => {
    for (const { id, names } of kept) {
      if (stops.current.has(id)) continue
      const change = (next: (view: UploadView) => UploadView) =>
        setViews((before) => ({ ...before, [id]: next(before[id] ?? emptyUpload(names)) }))
      stops.current.set(id, follow<UploadEvent>({
        path: `/knowledge/uploads/${encodeURIComponent(id)}/events`, after: 0, ends: UPLOAD_ENDS, onReach,
        onEvents: (events) => {
          change((view) => reduceUpload(view, events))
          if (events.some((event) => event.type !== 'publish.progress')) refresh()
        },
        onGone: () => change((view) => ({ ...view, finished: true, error: GONE })),
      }))
    }
  }, [kept, onReach, refresh])
  useEffect(() => {
    const running = stops.current
    return () => {
      running.forEach((stop) => stop())
      running.clear()
    }
  }, [])
  return views
}

/** Files that have not left the browser are lost with the page: ask first. */
function useLeaveGuard(on: boolean): void {
  useEffect(() => {
    if (!on) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [on])
}
