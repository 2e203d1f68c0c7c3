import { App, Button } from 'antd'
import { useState } from 'react'
import { useClauseDetail } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { citation, copy } from '../state/citation'
import { placeHash, START } from '../state/place'
import { today } from '../state/validity'
import type { ClauseRow, DocumentDetail, DocumentRow } from '../types'

/** What is done with the clause that is marked: cite it, pass it on, see the original, go to its neighbours. */
export function ClauseTools({ found, clause, before, after, older, go }: {
  found: DocumentDetail; clause: ClauseRow; before: ClauseRow | undefined; after: ClauseRow | undefined; older: DocumentRow | undefined; go: Go
}) {
  const { message } = App.useApp()
  const [original, setOriginal] = useState(false)
  const tell = async (text: string, what: string) => {
    if (await copy(text)) message.success(what)
    else message.error('浏览器不让复制，请选中文字后按 Ctrl+C')
  }
  const cite = () => {
    const quote = selectedIn(clause)
    const text = citation({ ...found, article: clause.article, text: clause.text }, quote, today())
    void tell(text, quote ? '已复制：引用所选的话' : '已复制：整条引用')
  }
  const link = () => {
    const hash = placeHash({ ...START, doc: found.document_id, clause: clause.clause_id, pane: 'text' })
    void tell(`${location.origin}${location.pathname}${hash}`, '已复制链接')
  }
  return (
    <div className="clause-tools">
      {/* Pressing must not take the selection that is to be quoted. */}
      <Button size="small" type="primary" onMouseDown={(event) => event.preventDefault()} onClick={cite} title="选中其中的话，就只引用所选">复制引用</Button>
      <Button size="small" onClick={link}>复制链接</Button>
      <Button size="small" aria-expanded={original} onClick={() => setOriginal(!original)}>{original ? '收起原件' : '看原件'}</Button>
      {older && <Button size="small" onClick={() => go({ doc: found.document_id, against: older.document_id, article: clause.article })}>与上一版对照</Button>}
      <span className="steps-between">
        <Button size="small" disabled={!before} onClick={() => before && go({ clause: before.clause_id, article: null })}>↑ 上一条</Button>
        <Button size="small" disabled={!after} onClick={() => after && go({ clause: after.clause_id, article: null })}>↓ 下一条</Button>
      </span>
      {original && <Original clauseId={clause.clause_id} />}
    </div>
  )
}

function selectedIn(clause: ClauseRow): string {
  const selection = window.getSelection()
  const words = selection?.toString().trim() ?? ''
  const inside = document.getElementById(`clause-${clause.clause_id}`)?.contains(selection?.anchorNode ?? null)
  const bare = (text: string) => text.replace(/\s/g, '')
  return inside && bare(clause.text).includes(bare(words)) ? words : ''
}

/** The stored text around the clause, character by character, its line breaks included. */
function Original({ clauseId }: { clauseId: string }) {
  const { data, error } = useClauseDetail(clauseId)
  if (error) return <p className="trouble">✕ {error.message}</p>
  if (!data) return <p className="quiet">正在读取原件…</p>
  const around = data.surrounding ?? { before: '', text: data.text, after: '' }
  return <pre className="original" aria-label="原件文字">{around.before && `…${around.before}`}<mark>{around.text}</mark>{around.after && `${around.after}…`}</pre>
}
