import { memo } from 'react'
import { KINDS, side } from '../state/comparison'
import type { Change, Span } from '../types'

/** One article in both versions. Taken out: struck through; put in: underlined and bold; so it prints in grey, too. */
export const ChangeRow = memo(function ChangeRow({ change }: { change: Change }) {
  const [sign, name] = KINDS[change.kind]
  const changed = change.kind !== 'same'
  return (
    <article
      className={`change kind-${change.kind}`} data-article={change.article} data-change={changed || undefined} tabIndex={changed ? -1 : undefined}
      aria-label={`${change.article} ${name}`}
    >
      <header><b>{change.article}</b>{change.old_article && <small>原{change.old_article}</small>}<span className={`tag kind-${change.kind}`}>{sign} {name}</span></header>
      <Side spans={side(change, 'old')} label="旧" none="（旧版没有这一条）" />
      <Side spans={side(change, 'new')} label="新" none="（新版没有这一条）" />
    </article>
  )
})

function Side({ spans, label, none }: { spans: Span[] | null; label: string; none: string }) {
  return (
    <div className="change-side" data-label={label}>
      {spans === null ? <em>{none}</em> : <p>{spans.map((span, at) => <Words key={at} span={span} />)}</p>}
    </div>
  )
}

function Words({ span }: { span: Span }) {
  const { kind } = span
  const text = span.text.replace(/\n\s*\n/g, '\n')
  if (kind === 'removed') return <del>{text}</del>
  return kind === 'added' ? <ins>{text}</ins> : text
}
