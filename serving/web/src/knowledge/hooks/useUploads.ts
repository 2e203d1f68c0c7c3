import { useCallback, useEffect, useRef, useState } from 'react'
import { Unreachable } from '../../api'
import { useApp } from '../../app'
import { follow } from '../../events'
import type { KnowledgeApi, Outgoing } from '../api'
import { batches, emptyUpload, reduceUpload, UPLOAD_ENDS, viewOf, type UploadView } from '../state/uploads'
import type { UploadEvent, UploadRow } from '../types'
import { useKnowledgeApi, useRefresh, useUploadRows } from './queries'

export interface Uploads {
  /** Everybody's, newest first: they are the server's, so a refresh or another seat sees the same. */
  list: { row: UploadRow; view: UploadView }[]
  error: string | null
  /** Files that still travel to the server. */
  sending: { sent: number; total: number } | null
  /** Why files of the last attempt did not get there. */
  refused: string[]
  busy: boolean
  send: (files: Outgoing[]) => void
  publish: () => void
}

export function useUploads(): Uploads {
  const api = useKnowledgeApi()
  const refresh = useRefresh()
  const { data, error } = useUploadRows()
  const rows = data?.items ?? []
  const live = useLive(rows)
  const [sending, setSending] = useState<Uploads['sending']>(null)
  const [refused, setRefused] = useState<string[]>([])
  useLeaveGuard(sending !== null)

  const send = useCallback(async (files: Outgoing[]) => {
    setRefused(await sendAll(api, files, (sent) => {
      setSending({ sent, total: files.length })
      refresh()
    }))
    setSending(null)
    refresh()
  }, [api, refresh])
  const publish = useCallback(() => {
    setRefused([])
    api.publish().then(refresh, (failure: Error) => setRefused([failure.message]))
  }, [api, refresh])
  const list = rows.map((row) => ({ row, view: isOpen(row) ? live[row.upload_id] ?? emptyUpload(row.files) : viewOf(row) }))
  return {
    list, error: error?.message ?? null, sending, refused, busy: sending !== null || list.some(({ view }) => !view.finished),
    send: (files) => void send(files), publish,
  }
}

function isOpen({ stage }: UploadRow): boolean {
  return stage !== 'finished' && stage !== 'failed'
}

/** One request after the other; what is refused does not keep the rest. Returns what went wrong, in words. */
async function sendAll(api: KnowledgeApi, files: readonly Outgoing[], onSent: (sent: number) => void): Promise<string[]> {
  const refused: string[] = []
  let sent = 0
  onSent(sent)
  for (const batch of batches(files)) {
    try {
      await api.upload(batch)
    } catch (error) {
      const names = batch.length > 1 ? `${batch[0]?.name} 等 ${batch.length} 个文件` : batch[0]?.name
      refused.push(`${names} 没有送到：${error instanceof Unreachable ? '连不上服务器，恢复后请再传一次' : (error as Error).message}`)
      if (error instanceof Unreachable) break
    }
    sent += batch.length
    onSent(sent)
  }
  return refused
}

/** Each open upload's view, built from its first event on. */
function useLive(rows: readonly UploadRow[]): Record<string, UploadView> {
  const { onReach } = useApp()
  const refresh = useRefresh()
  const [views, setViews] = useState<Record<string, UploadView>>({})
  const stops = useRef(new Map<string, () => void>())
  useEffect(() => {
    for (const { upload_id: id, files } of rows.filter(isOpen)) {
      if (stops.current.has(id)) continue
      stops.current.set(id, follow<UploadEvent>({
        path: `/knowledge/uploads/${encodeURIComponent(id)}/events`, after: 0, ends: UPLOAD_ENDS, onReach, onGone: refresh,
        onEvents: (events) => {
          setViews((before) => ({ ...before, [id]: reduceUpload(before[id] ?? emptyUpload(files), events) }))
          if (events.some((event) => !event.type.endsWith('.progress'))) refresh()
        },
      }))
    }
  }, [rows, onReach, refresh])
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
