/** Calls of the knowledge page; failures are those of ../api. */

import type { Call } from '../api'
import { FACETS, type Filters } from './state/place'
import type { ClauseDetail, Diff, DocumentDetail, DocumentRow, Facets, Generation, Hit, Status, UploadRow } from './types'

/** A file on its way, with the folders it was found in: "地方法规/北京/办法.docx". */
export interface Outgoing { file: File; name: string }
export interface Question { q: string; asOf: string | null; anyTime: boolean; filters: Filters; top: number }
export type Correction = Record<string, string | string[] | null>
export type KnowledgeApi = ReturnType<typeof createKnowledgeApi>

export function createKnowledgeApi(call: Call) {
  const id = encodeURIComponent
  return {
    search: (question: Question) => call<{ items: Hit[] }>(`/knowledge/search?${searchQuery(question)}`),
    facets: () => call<Facets>('/knowledge/facets'),
    documents: () => call<{ items: DocumentRow[] }>('/knowledge/documents'),
    document: (documentId: string) => call<DocumentDetail>(`/knowledge/documents/${id(documentId)}`),
    versions: (documentId: string) => call<{ items: DocumentRow[] }>(`/knowledge/documents/${id(documentId)}/versions`),
    correct: (documentId: string, changes: Correction) =>
      call<DocumentRow>(`/knowledge/documents/${id(documentId)}`, changes, 'PATCH'),
    remove: (documentId: string) => call<unknown>(`/knowledge/documents/${id(documentId)}`, undefined, 'DELETE'),
    diff: (documentId: string, from: string, to: string) =>
      call<Diff>(`/knowledge/documents/${id(documentId)}/diff?from=${from}&to=${to}`),
    clause: (clauseId: string) => call<ClauseDetail>(`/knowledge/clauses/${id(clauseId)}`),
    uploads: () => call<{ items: UploadRow[] }>('/knowledge/uploads'),
    upload: (files: readonly Outgoing[]) => call<{ upload_id: string }>('/knowledge/upload', formOf(files)),
    publish: () => call<{ upload_id: string }>('/knowledge/publish', {}),
    generations: () => call<{ items: Generation[] }>('/knowledge/generations'),
    rollback: (generation: number) => call<unknown>('/knowledge/rollback', { generation }),
    check: () => call<{ problems: string[] }>('/knowledge/check'),
    status: () => call<Status>('/knowledge/status'),
  }
}

export function searchQuery({ q, asOf, anyTime, filters, top }: Question): string {
  const query = new URLSearchParams({ q, top: String(top) })
  if (asOf) query.set('as_of', asOf)
  if (anyTime) query.set('any_time', 'true')
  for (const [field, parameter] of FACETS) for (const value of filters[field]) query.append(parameter, value)
  for (const value of filters.documents) query.append('document', value)
  return query.toString()
}

/** The folders go along in the name: they tell level and region. */
function formOf(files: readonly Outgoing[]): FormData {
  const form = new FormData()
  for (const { file, name } of files) form.append('files', file, name)
  return form
}
