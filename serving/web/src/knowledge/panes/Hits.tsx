import { Spin } from 'antd'
import { useState } from 'react'
import { LevelTag, StateTag } from '../components/StateTag'
import { Pieces } from '../components/Pieces'
import { useSearch } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { countFilters, NO_FILTERS, placeHash, toggled, type Filters, type Place } from '../state/place'
import { excerpt, highlight } from '../state/highlight'
import { clauseParts } from '../state/references'
import { headingsOf } from '../state/tree'
import { span, stateOn } from '../state/validity'
import type { Hit } from '../types'

const FIRST = 20
const MOST = 50
const SHOWN = 150
const LEGS: readonly (readonly [string, string])[] = [['lexical', '字面'], ['dense', '语义'], ['exact', '精确']]
const EXAMPLES = ['小区高空抛物', '拖欠农民工工资', '民法典1254条', '夜间施工噪声', '暴雨红色预警 停课停工']

/** What was found, best first. Each hit is a link, so it opens in another tab as well. */
export function Hits({ place, go, day, titleOf }: { place: Place; go: Go; day: string; titleOf: (documentId: string) => string }) {
  const { q, asOf, anyTime, filters } = place
  const [more, setMore] = useState('')
  const top = more === q ? MOST : FIRST
  const { data, error, isFetching, refetch } = useSearch({ q, asOf, anyTime, filters, top })
  const items = q.trim() ? data?.items : undefined
  return (
    <section className="pane hits-pane" aria-label="检索结果">
      <div className="hits-head">
        <b>{items ? `${items.length}${items.length === top ? '+' : ''} 条` : '检索'}</b>
        {isFetching && <Spin size="small" />}
        <Chips filters={filters} go={go} titleOf={titleOf} />
      </div>
      <div className="scroll" aria-busy={isFetching}>
        {error && <p className="trouble" role="alert">✕ {error.message} <button type="button" className="link" onClick={() => void refetch()}>重试</button></p>}
        {!q.trim() && <Start go={go} />}
        {items?.length === 0 && !error && <Nothing place={place} go={go} />}
        <ol className="kb-hits">
          {items?.map((hit) => (
            <li key={hit.clause_id}>
              <HitRow hit={hit} place={place} day={day} />
              <References hit={hit} place={place} titleOf={titleOf} />
            </li>
          ))}
        </ol>
        {items?.length === FIRST && <button type="button" className="link" onClick={() => setMore(q)}>再看到第 {MOST} 条</button>}
      </div>
    </section>
  )
}

function HitRow({ hit, place, day }: { hit: Hit; place: Place; day: string }) {
  const own = hit.text.startsWith(hit.article) ? hit.text.slice(hit.article.length).trimStart() : hit.text
  const here = place.clause === hit.clause_id
  const to = placeHash({ ...place, doc: hit.document_id ?? null, clause: hit.clause_id, article: null, against: null, pane: 'text' })
  return (
    <a className="hit" href={to} aria-current={here || undefined}>
      <span className="hit-title">《{hit.document}》<b>{hit.article}</b></span>
      <span className="hit-tags">
        <LevelTag level={hit.level} /><StateTag state={hit.state ?? stateOn(hit, day)} />
        <small>{span(hit)}{hit.region && hit.region !== '全国' && ` · ${hit.region}`}</small>
      </span>
      <span className="hit-path">{headingsOf(hit).join(' › ')}</span>
      <span className="hit-text"><Pieces pieces={excerpt(highlight(own, place.q, hit.focus), SHOWN)} /></span>
      {hit.notes?.map((note) => <small key={note} className="hit-note">↳ {note}</small>)}
      <span className="hit-legs" title="各路检索中的名次：字面＝用词相同，语义＝意思相近，精确＝点名的条号、文号">
        {LEGS.map(([leg, name]) => `${name} ${hit.legs[leg] ?? '–'}`).join(' · ')}
      </span>
    </a>
  )
}

/** What the clause points to, one press away. */
function References({ hit, place, titleOf }: { hit: Hit; place: Place; titleOf: (documentId: string) => string }) {
  if (!hit.references?.length) return null
  return (
    <p className="hit-references">
      所引：{hit.references.map((clauseId) => {
        const { documentId, article } = clauseParts(clauseId)
        const to = placeHash({ ...place, doc: documentId, clause: clauseId, article: null, against: null, pane: 'text' })
        return <a key={clauseId} href={to}>{documentId === hit.document_id ? '' : `《${titleOf(documentId)}》`}{article}</a>
      })}
    </p>
  )
}

function Chips({ filters, go, titleOf }: { filters: Filters; go: Go; titleOf: (documentId: string) => string }) {
  const chosen = (Object.keys(filters) as (keyof Filters)[]).flatMap((field) => filters[field].map((value) => ({ field, value })))
  if (!chosen.length) return null
  return (
    <span className="chips">
      {chosen.map(({ field, value }) => (
        <button key={field + value} type="button" onClick={() => go({ filters: toggled(filters, field, value) })} aria-label={`去掉筛选 ${value}`}>
          {field === 'documents' ? `只在《${titleOf(value)}》` : value} ✕
        </button>
      ))}
    </span>
  )
}

function Start({ go }: { go: Go }) {
  return (
    <div className="quiet start">
      <p>用平常话说事情，或直接写条号、文号。默认只找今天有效的条款。</p>
      <ul>{EXAMPLES.map((q) => <li key={q}><button type="button" className="link" onClick={() => go({ q, pane: 'hits' })}>{q}</button></li>)}</ul>
      <p>键盘：<kbd>/</kbd> 到检索框，<kbd>Enter</kbd> 检索，<kbd>↓</kbd> <kbd>↑</kbd> 选条款，<kbd>Enter</kbd> 打开。</p>
    </div>
  )
}

/** Nothing found: what to try, with the switch at hand. */
function Nothing({ place, go }: { place: Place; go: Go }) {
  return (
    <div className="quiet" role="status">
      <p>没有找到条款。可以：</p>
      <ul className="ways">
        {countFilters(place.filters) > 0 && <li><button type="button" className="link" onClick={() => go({ filters: NO_FILTERS })}>去掉全部筛选</button></li>}
        {!place.anyTime && <li><button type="button" className="link" onClick={() => go({ anyTime: true })}>也找已失效和尚未施行的</button></li>}
        {place.asOf && <li><button type="button" className="link" onClick={() => go({ asOf: null })}>改按今天的效力找</button></li>}
        <li>换个说法，或在“目录”里看文件是否已收录</li>
      </ul>
    </div>
  )
}
