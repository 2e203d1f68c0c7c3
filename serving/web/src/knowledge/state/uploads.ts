/** What became of files that were handed in, built from the events of an upload. Pure. */

import type { UploadEvent } from '../types'

export interface FileView {
  name: string
  state: 'waiting' | 'read' | 'failed'
  reason: string
  clauses: number | null
  documentId: string | null
  notices: string[]
}

export interface UploadView {
  seq: number
  files: FileView[]
  publish: { done: number; total: number } | null
  finished: boolean
  /** Why it ended early, if it did. */
  error: string | null
}

/** Over since nobody remembers it: the server was started again, or it is long ago. */
export const GONE = '服务器已没有这次上传的记录；请在目录里核对文件是否已收录，没有就再传一次'
export const UPLOAD_ENDS: ReadonlySet<string> = new Set(['finished', 'failed'])
/** What one request may hold, as the server has it. */
export const BATCH_FILES = 50
export const BATCH_BYTES = 50_000_000

export function emptyUpload(names: readonly string[]): UploadView {
  return {
    seq: 0, publish: null, finished: false, error: null,
    files: names.map((name) => ({ name, state: 'waiting', reason: '', clauses: null, documentId: null, notices: [] })),
  }
}

export function reduceUpload(before: UploadView, events: readonly UploadEvent[]): UploadView {
  return events.reduce((view, event) => (event.seq > view.seq ? { ...step(view, event), seq: event.seq } : view), before)
}

function step(view: UploadView, event: UploadEvent): UploadView {
  switch (event.type) {
    case 'file.read':
      return withFile(view, event.file, {
        state: 'read', reason: '', clauses: event.clauses ?? null, documentId: event.document_id ?? null, notices: event.notices ?? [],
      })
    case 'file.failed':
      return withFile(view, event.file, { state: 'failed', reason: event.reason })
    case 'publish.progress':
      return { ...view, publish: { done: event.done, total: event.total } }
    case 'finished':
      return { ...view, finished: true, error: event.error ?? null }
    case 'failed':
      return { ...view, finished: true, error: event.error }
    default:
      return view // a newer server says more: nothing to show for it here
  }
}

/** The first waiting file of that name, for two folders may hold one each; else it is new to the list. */
function withFile(view: UploadView, name: string, patch: Partial<FileView>): UploadView {
  const waiting = view.files.findIndex((file) => file.name === name && file.state === 'waiting')
  const at = waiting < 0 ? view.files.findIndex((file) => file.name === name) : waiting
  if (at < 0) return { ...view, files: [...view.files, { ...emptyFile(name), ...patch }] }
  return { ...view, files: view.files.map((file, index) => (index === at ? { ...file, ...patch } : file)) }
}

function emptyFile(name: string): FileView {
  return { name, state: 'waiting', reason: '', clauses: null, documentId: null, notices: [] }
}

/** Files in requests that the server takes; one that is too large alone is left to the server's own words. */
export function batches<F extends { size: number }>(files: readonly F[]): F[][] {
  const all: F[][] = []
  let bytes = 0
  for (const file of files) {
    const last = all.at(-1)
    if (!last || last.length >= BATCH_FILES || bytes + file.size > BATCH_BYTES) {
      all.push([file])
      bytes = file.size
    } else {
      last.push(file)
      bytes += file.size
    }
  }
  return all
}
