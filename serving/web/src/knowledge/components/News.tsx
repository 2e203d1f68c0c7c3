import { useMemo } from 'react'
import { useDocuments } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { news } from '../state/tree'
import type { DocumentRow } from '../types'

/** Nothing is open yet: what came into force lately and what is about to, for that is what people get wrong. */
export function News({ day, go }: { day: string; go: Go }) {
  const documents = useDocuments().data?.items
  const { coming, lately } = useMemo(() => news(documents ?? [], day), [documents, day])
  return (
    <div className="news">
      <p className="doc-about">在检索结果或目录里打开一条，这里显示它在原文中的位置、历次版本和修改对照。</p>
      <List title="◌ 即将施行" rows={coming} go={go} />
      <List title="● 最近施行" rows={lately} go={go} />
    </div>
  )
}

function List({ title, rows, go }: { title: string; rows: readonly DocumentRow[]; go: Go }) {
  if (!rows.length) return null
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {rows.map((row) => (
          <li key={row.document_id}>
            <time>{row.valid_from}</time>
            <button type="button" className="link" onClick={() => go({ doc: row.document_id, clause: null, article: null, pane: 'text' })}>{row.title} {row.part}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}
