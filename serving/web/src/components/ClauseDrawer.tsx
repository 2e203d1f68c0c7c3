import { Drawer } from 'antd'
import { useEffect, useRef } from 'react'
import { useClause } from '../hooks/queries'
import { placeHash, START } from '../knowledge/state/place'
import { withoutArticle } from '../state/format'

/** A clause in its document, with its neighbours, its validity, and the words relied on. */
export function ClauseDrawer({ clauseId, quote, onClose, onClause }: {
  clauseId: string | null; quote: string; onClose: () => void; onClause: (clauseId: string) => void
}) {
  const { data: clause, error } = useClause(clauseId)
  const here = useRef<HTMLElement>(null)
  useEffect(() => { here.current?.scrollIntoView({ block: 'center' }) }, [clause])
  return (
    <Drawer
      open={clauseId !== null} onClose={onClose} size={640} title={clause ? `《${clause.document}》` : '条款'}
      rootClassName="clause-drawer"
      extra={clause && <a href={placeHash({ ...START, doc: clause.document_id, clause: clause.clause_id, pane: 'text' })}>在知识库中打开</a>}
    >
      {error && <p className="trouble">✕ {error.message}</p>}
      {clause && <>
        <p className="clause-about">
          {[clause.doc_number, clause.issuer, clause.level].filter(Boolean).join(' · ')}<br />
          {clause.path}　{validity(clause)}
        </p>
        {clause.before.map((item) => <Near key={item.clause_id} {...item} onClause={onClause} />)}
        <article ref={here} className="clause-here" aria-label={`${clause.article} 正文`}>
          {!clause.text.startsWith(clause.article) && <h3>{clause.article}</h3>}<p><Quoted text={clause.text} quote={quote} /></p>
        </article>
        {clause.after.map((item) => <Near key={item.clause_id} {...item} onClause={onClause} />)}
      </>}
    </Drawer>
  )
}

function Near({ clause_id, article, text, onClause }: {
  clause_id: string; article: string; text: string; onClause: (clauseId: string) => void
}) {
  return <p className="clause-near"><button type="button" className="link" onClick={() => onClause(clause_id)}>{article}</button> {withoutArticle(text, article)}</p>
}

function Quoted({ text, quote }: { text: string; quote: string }) {
  const at = quote ? text.indexOf(quote) : -1
  if (at < 0) return text
  return <>{text.slice(0, at)}<mark>{quote}</mark>{text.slice(at + quote.length)}</>
}

function validity(clause: { valid_from: string | null; valid_to: string | null; superseded_by: string | null }): string {
  if (clause.superseded_by) return `已被取代（${clause.superseded_by}）`
  if (clause.valid_to) return `至 ${clause.valid_to} 有效`
  return clause.valid_from ? `${clause.valid_from} 起施行，现行有效` : '现行有效'
}
