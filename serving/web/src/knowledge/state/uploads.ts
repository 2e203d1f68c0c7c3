/** What became of files that were handed in: from the events of an upload while it runs, from its row afterwards. Pure. */

import type { FileOutcome, UploadEvent, UploadRow } from '../types'

export type FileState = 'waiting' | 'added' | 'unchanged' | 'skipped' | 'failed'
export interface FileView {
  name: string
  state: FileState
  reason: string
  clauses: number | null
  documentId: string | null
  notices: string[]
}
export interface Progress { done: number; total: number }

export interface UploadView {
  seq: number
  files: FileView[]
  reading: Progress | null
  publish: Progress | null
  finished: boolean
  /** Why it ended early, if it did. */
  error: string | null
}

export const UPLOAD_ENDS: ReadonlySet<string> = new Set(['finished', 'failed'])
/** Less than a request may hold (500 files, 200 MB): smaller pieces show progress sooner. */
export const BATCH_FILES = 100
export const BATCH_BYTES = 40_000_000

export function emptyUpload(names: readonly string[]): UploadView {
  return { seq: 0, reading: null, publish: null, finished: false, error: null, files: names.map(waiting) }
}

function waiting(name: string): FileView {
  return { name, state: 'waiting', reason: '', clauses: null, documentId: null, notices: [] }
}

/** The view of a row whose events nobody needs to follow any more. */
export function viewOf({ files, stage, result }: UploadRow): UploadView {
  const told: [FileState, FileOutcome[] | undefined][] = [
    ['added', result?.added], ['unchanged', result?.unchanged], ['skipped', result?.skipped], ['failed', result?.unreadable],
  ]
  const view = told.reduce(
    (before, [state, list]) => (list ?? []).reduce((inner, file) => withFile(inner, file.file, outcome(state, file)), before),
    emptyUpload(files),
  )
  return { ...view, finished: stage === 'finished' || stage === 'failed', error: stage === 'failed' ? result?.error ?? '没有说明原因' : null }
}

export function reduceUpload(before: UploadView, events: readonly UploadEvent[]): UploadView {
  return events.reduce((view, event) => (event.seq > view.seq ? { ...step(view, event), seq: event.seq } : view), before)
}

function step(view: UploadView, event: UploadEvent): UploadView {
  switch (event.type) {
    case 'read.progress':
      return { ...view, reading: { done: event.done, total: event.total } }
    case 'file.read':
      return withFile(view, event.file, outcome(event.outcome ?? 'added', event))
    case 'file.failed':
      return withFile(view, event.file, outcome('failed', event))
    case 'publish.progress':
      return { ...view, publish: { done: event.done, total: event.total } }
    case 'finished':
      return { ...view, finished: true }
    case 'failed':
      return { ...view, finished: true, error: event.error }
    default:
      return view // a newer server says more: nothing to show for it here
  }
}

function outcome(state: FileState, told: FileOutcome): Partial<FileView> {
  return {
    state, reason: told.reason ?? '', clauses: told.clauses ?? null, documentId: told.document_id ?? null, notices: told.notices ?? [],
  }
}

/** The first waiting file of that name, for two folders may hold one each; else it is new to the list. */
function withFile(view: UploadView, name: string, patch: Partial<FileView>): UploadView {
  const at = view.files.findIndex((file) => file.name === name && file.state === 'waiting')
  if (at < 0) return { ...view, files: [...view.files, { ...waiting(name), ...patch }] }
  return { ...view, files: view.files.map((file, index) => (index === at ? { ...file, ...patch } : file)) }
}

/** Files in requests that the server takes; one that is too large alone is left to the server's own words. */
export function batches<F extends { file: { size: number } }>(files: readonly F[]): F[][] {
  const all: F[][] = []
  let bytes = 0
  for (const one of files) {
    const last = all.at(-1)
    const { size } = one.file
    if (!last || last.length >= BATCH_FILES || bytes + size > BATCH_BYTES) {
      all.push([one])
      bytes = size
    } else {
      last.push(one)
      bytes += size
    }
  }
  return all
}
