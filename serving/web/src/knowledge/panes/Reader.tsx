import { Spin } from 'antd'
import { useMemo } from 'react'
import { Refused } from '../../api'
import { DocumentHead } from '../components/DocumentHead'
import { DocumentText } from '../components/DocumentText'
import { News } from '../components/News'
import { Versions } from '../components/Versions'
import { useClauseDetail, useDocument, useVersions } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import type { Place } from '../state/place'
import type { DocumentDetail } from '../types'

/** The document that is open, the clause marked in it, and its other versions. */
export function Reader({ place, go, day, onFollow }: {
  place: Place; go: Go; day: string; onFollow: (title: string, article: string) => void
}) {
  const { documentId, clauseId, error: unknown } = useOpened(place)
  const { data: found, error, isFetching, refetch } = useDocument(documentId)
  const versions = useVersions(documentId).data?.items ?? []
  const clause = clauseId ?? found?.clauses.find((item) => item.article === place.article)?.clause_id ?? null
  const older = versions[versions.findIndex((row) => row.document_id === documentId) - 1]
  const trouble = error ?? unknown
  return (
    <section className="pane reader" aria-label="原文">
      {!documentId && !unknown && !place.clause && <News day={day} go={go} />}
      {trouble && (
        <p className="quiet trouble" role="alert">
          {trouble instanceof Refused && trouble.status === 404
            ? '✕ 链接里的文件或条款已不在知识库中，可能已删除或换了新版本。请检索，或在目录里重新打开。'
            : <>✕ {trouble.message} <button type="button" className="link" onClick={() => void refetch()}>重试</button></>}
        </p>
      )}
      {isFetching && !found && <p className="quiet"><Spin size="small" /> 正在打开原文…</p>}
      {found && !trouble && <>
        <DocumentHead found={found} day={day} place={place} go={go} />
        <Versions versions={versions} here={found.document_id} day={day} go={go} />
        <Notices notices={found.notices ?? []} />
        <DocumentText key={found.document_id} found={found} older={older} clauseId={clause} query={place.q} go={go} onFollow={onFollow} />
      </>}
    </section>
  )
}

/** The document and clause of the address; a link may name the clause alone. */
function useOpened(place: Place): { documentId: string | null; clauseId: string | null; error: Error | null } {
  const detail = useClauseDetail(place.doc ? null : place.clause)
  return useMemo(
    () => ({ documentId: place.doc ?? detail.data?.document_id ?? null, clauseId: place.clause, error: detail.error }),
    [place.doc, place.clause, detail.data, detail.error],
  )
}

function Notices({ notices }: { notices: NonNullable<DocumentDetail['notices']> }) {
  if (!notices.length) return null
  return (
    <details className="notices">
      <summary>⚠ 收录时发现 {notices.length} 处异常，引用前请核对原件</summary>
      <ul>{notices.map((notice) => <li key={notice}>{notice}</li>)}</ul>
    </details>
  )
}
