/** What the knowledge page reads from the server. Every key begins with "kb", so that one call refreshes all. */

import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useApp } from '../../app'
import { createKnowledgeApi, type KnowledgeApi, type Question } from '../api'
import { dayOf } from '../state/validity'
import type { Diff, DocumentRow } from '../types'

const FRESH_MS = 30_000

export function useKnowledgeApi(): KnowledgeApi {
  const { call } = useApp()
  return useMemo(() => createKnowledgeApi(call), [call])
}

/** To be called when documents came, went or changed. */
export function useRefresh(): () => void {
  const client = useQueryClient()
  return useCallback(() => void client.invalidateQueries({ queryKey: ['kb'] }), [client])
}

export function useSearch(question: Question) {
  const api = useKnowledgeApi()
  return useQuery({
    queryKey: ['kb', 'search', question], queryFn: () => api.search(question), enabled: question.q.trim() !== '', staleTime: FRESH_MS,
    placeholderData: (before) => before,
  })
}

export function useFacets() {
  const api = useKnowledgeApi()
  return useQuery({ queryKey: ['kb', 'facets'], queryFn: api.facets, staleTime: FRESH_MS })
}

export function useDocuments() {
  const api = useKnowledgeApi()
  return useQuery({ queryKey: ['kb', 'documents'], queryFn: api.documents, staleTime: FRESH_MS })
}

/** Also for whoever fetches it outside of drawing. */
export function documentQuery(api: KnowledgeApi, documentId: string) {
  return { queryKey: ['kb', 'document', documentId], queryFn: () => api.document(documentId), staleTime: FRESH_MS }
}

export function useDocument(documentId: string | null) {
  const api = useKnowledgeApi()
  return useQuery({ ...documentQuery(api, documentId ?? ''), enabled: documentId !== null })
}

export function useVersions(documentId: string | null) {
  const api = useKnowledgeApi()
  return useQuery({
    queryKey: ['kb', 'versions', documentId], queryFn: () => api.versions(documentId ?? ''), enabled: documentId !== null, staleTime: FRESH_MS,
  })
}

export function useClauseDetail(clauseId: string | null) {
  const api = useKnowledgeApi()
  return useQuery({
    queryKey: ['kb', 'clause', clauseId], queryFn: () => api.clause(clauseId ?? ''), enabled: clauseId !== null, staleTime: FRESH_MS,
  })
}

export function useDiff(older: DocumentRow | undefined, newer: DocumentRow | undefined): UseQueryResult<Diff> {
  const api = useKnowledgeApi()
  return useQuery({
    queryKey: ['kb', 'diff', older?.document_id, newer?.document_id],
    queryFn: () => api.diff(newer?.document_id ?? '', older ? dayOf(older) : '', newer ? dayOf(newer) : ''),
    enabled: older !== undefined && newer !== undefined, staleTime: FRESH_MS,
  })
}

export function useStatus(often: boolean) {
  const api = useKnowledgeApi()
  return useQuery({ queryKey: ['kb', 'status'], queryFn: api.status, refetchInterval: often ? 2000 : 15_000 })
}

export function useUploadRows() {
  const api = useKnowledgeApi()
  return useQuery({ queryKey: ['kb', 'uploads'], queryFn: api.uploads, refetchInterval: 15_000 })
}

export function useGenerations() {
  const api = useKnowledgeApi()
  return useQuery({ queryKey: ['kb', 'generations'], queryFn: api.generations })
}
