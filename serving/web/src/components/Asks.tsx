import { useQuery } from '@tanstack/react-query'
import { useApp } from '../app'
import { useRun } from '../hooks/useRun'
import { timeOfDay, withoutArticle } from '../state/format'
import type { Ask } from '../state/asks'
import { useClause } from '../hooks/queries'

/** Questions to the knowledge base with their answers; every citation opens its clause. */
export function Asks({ asks, onClause }: { asks: Ask[]; onClause: (clauseId: string) => void }) {
  return <>{asks.map((ask) => <Answer key={ask.at} ask={ask} onClause={onClause} />)}</>
}

function Answer({ ask, onClause }: { ask: Ask; onClause: (clauseId: string) => void }) {
  const { api } = useApp()
  const run = useRun(ask.runId, null)
  const found = useQuery({ queryKey: ['search', ask.question], queryFn: () => api.search(ask.question), staleTime: 60_000 })
  const busy = ask.runId !== null && (run.phase === 'running' || run.phase === 'empty')
  return (
    <section className="ask" aria-label="知识库回答">
      <p className="ask-head"><b>问知识库：{ask.question}</b><small>{timeOfDay(ask.at)}</small></p>
      {run.answer && <p className="ask-answer"><Cited text={run.answer} ids={run.clauseIds} onClause={onClause} /></p>}
      {run.degraded.length > 0 && <p className="stale">△ 模型的回答没有通过核对或没有完成，以上是条款原文</p>}
      {busy && <p className="quiet">正在查…</p>}
      {run.error && <p className="trouble">△ 未能生成回答（{run.error}），请看下列条款</p>}
      {found.error && <p className="trouble">✕ {found.error.message}</p>}
      <ol className="hits">
        {found.data?.items.map((hit) => (
          <li key={hit.clause_id}>
            <button type="button" className="link" onClick={() => onClause(hit.clause_id)}>
              《{hit.document}》{hit.article}
            </button>
            {hit.valid_to && <em className="down">至 {hit.valid_to} 有效</em>}
            <span>{withoutArticle(hit.text, hit.article).slice(0, 90)}{hit.text.length > 90 ? '…' : ''}</span>
          </li>
        ))}
      </ol>
      {found.data?.items.length === 0 && <p className="quiet">知识库里没有找到相关条款。</p>}
    </section>
  )
}

/** The answer with each bracketed number turned into a link that names the clause: [1] is the first that was retrieved. */
function Cited({ text, ids, onClause }: { text: string; ids: string[]; onClause: (clauseId: string) => void }) {
  return text.split(/\[(\d+)\]/).map((piece, index) => {
    if (index % 2 === 0) return piece
    const clauseId = ids[Number(piece) - 1]
    return clauseId ? <Cite key={index} clauseId={clauseId} onClause={onClause} /> : `[${piece}]`
  })
}

function Cite({ clauseId, onClause }: { clauseId: string; onClause: (clauseId: string) => void }) {
  const clause = useClause(clauseId).data
  return (
    <button type="button" className="link" onClick={() => onClause(clauseId)}>
      〔{clause ? `${clause.document}${clause.article}` : '依据'}〕
    </button>
  )
}
