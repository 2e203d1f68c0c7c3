import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Go } from '../hooks/usePlace'
import { headingsOf } from '../state/tree'
import type { DocumentDetail, DocumentRow } from '../types'
import { Article } from './Article'
import { ClauseTools } from './ClauseTools'

/**
 * The whole document. All of it is in the page, so that the browser's own find, select and print work; what is not
 * on the screen is neither laid out nor painted (content-visibility in the style sheet).
 */
export function DocumentText({ found, older, clauseId, query, go, onFollow }: {
  found: DocumentDetail; older: DocumentRow | undefined; clauseId: string | null; query: string; go: Go; onFollow: (title: string, article: string) => void
}) {
  const { clauses } = found
  const box = useRef<HTMLDivElement>(null)
  const byArticle = useMemo(() => new Map(clauses.map((clause) => [clause.article, clause.clause_id])), [clauses])
  const headings = useMemo(() => newHeadings(clauses), [clauses])
  const onReference = useCallback((title: string | null, article: string) => {
    const own = title ? undefined : byArticle.get(article)
    if (own) go({ clause: own, article: null })
    else if (title) onFollow(title, article)
  }, [byArticle, go, onFollow])
  useScrollTo(box, clauseId)
  const at = clauses.findIndex((clause) => clause.clause_id === clauseId)
  return (
    <div ref={box} className="scroll doc-text" tabIndex={-1}>
      {clauses.length === 0 && <p className="quiet">这份文件没有可引用的条款。</p>}
      {clauses.map((clause, place) => {
        const here = place === at
        return (
          <div key={clause.clause_id} className="clause">
            {headings[place]?.map((heading) => <h3 key={heading}>{heading}</h3>)}
            <div id={`clause-${clause.clause_id}`} className={here ? 'body here' : 'body'}>
              <Article clause={clause} query={here ? query : ''} here={here} known={byArticle} onReference={onReference} onOpen={go} />
              {here && <ClauseTools found={found} clause={clause} before={clauses[at - 1]} after={clauses[at + 1]} older={older} go={go} />}
            </div>
          </div>
        )
      })}
    </div>
  )
}

/** For each clause the headings that begin at it. */
function newHeadings(clauses: DocumentDetail['clauses']): string[][] {
  let before: string[] = []
  return clauses.map((clause) => {
    const now = headingsOf(clause)
    const shared = now.findIndex((heading, depth) => heading !== before[depth])
    before = now
    return shared < 0 ? [] : now.slice(shared)
  })
}

/** Heights of what was never drawn are guesses, so the first jump may miss: jump again once it is drawn. */
function useScrollTo(box: React.RefObject<HTMLDivElement | null>, clauseId: string | null): void {
  useEffect(() => {
    const element = clauseId ? document.getElementById(`clause-${clauseId}`) : null
    if (!element || !box.current?.contains(element)) return
    const tall = element.offsetHeight > box.current.offsetHeight * 0.8
    const jump = () => element.scrollIntoView({ block: tall ? 'start' : 'center' })
    jump()
    const frame = requestAnimationFrame(() => requestAnimationFrame(jump))
    return () => cancelAnimationFrame(frame)
  }, [box, clauseId])
}
