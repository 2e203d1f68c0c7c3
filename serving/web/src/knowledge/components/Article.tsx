import { memo } from 'react'
import type { Go } from '../hooks/usePlace'
import { pieces } from '../state/references'
import type { ClauseRow } from '../types'
import { Highlighted } from './Pieces'

/** One clause as it stands in the text. Pointers to other articles can be followed where they lead somewhere. */
export const Article = memo(function Article({ clause, query, here, known, onReference, onOpen }: {
  clause: ClauseRow; query: string; here: boolean; known: ReadonlyMap<string, string>
  onReference: (title: string | null, article: string) => void; onOpen: Go
}) {
  const { article, text } = clause
  // Blank lines between paragraphs are the file's habit, not the law's; the original shows them.
  const own = (text.startsWith(article) ? text.slice(article.length).trimStart() : text).replace(/\n\s*\n/g, '\n')
  return (
    <article aria-label={`${article} 正文`} aria-current={here || undefined}>
      <button type="button" className="number" title="选中此条：复制引用、看修改" onClick={() => onOpen({ clause: clause.clause_id, article: null })}>{article}</button>
      <p>
        {pieces(own, article).map(({ text: words, to }, at) => (to && (to.title || (known.has(to.article) && to.article !== article))
          ? <button key={at} type="button" className="link" onClick={() => onReference(to.title, to.article)}>{words}</button>
          : <Highlighted key={at} text={words} query={query} />))}
      </p>
    </article>
  )
})
