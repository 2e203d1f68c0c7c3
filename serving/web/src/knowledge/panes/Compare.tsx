import { Button, Checkbox, Select, Spin } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { isTyping } from '../../hooks/useShortcuts'
import { ChangeRow } from '../components/ChangeRow'
import { useDiff, useVersions } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { counts, KINDS, visible } from '../state/comparison'
import type { Place } from '../state/place'
import { spanShort } from '../state/validity'
import type { Diff, DocumentRow } from '../types'

/** Two versions side by side, article by article in one list: the sides can't drift apart. */
export function Compare({ place, go }: { place: Place; go: Go }) {
  const versions = useVersions(place.doc)
  const rows = versions.data?.items ?? []
  const older = rows.find((row) => row.document_id === place.against)
  const newer = rows.find((row) => row.document_id === place.doc)
  const diff = useDiff(older, newer)
  const lost = versions.data && (!older || !newer)
  const trouble = versions.error?.message ?? diff.error?.message ?? (lost ? '链接里的版本已不在知识库中；请返回原文重新选择' : null)
  return (
    <main className="pane compare" aria-label="版本对照">
      <div className="compare-head">
        <Button size="small" onClick={() => go({ against: null })}>← 返回原文</Button>
        <h2>{newer ? `《${newer.title}》` : '版本对照'}</h2>
        {older && newer && <Pair rows={rows} older={older} newer={newer} go={go} />}
      </div>
      {trouble && <p className="quiet trouble" role="alert">✕ {trouble} <button type="button" className="link" onClick={() => void diff.refetch()}>重试</button></p>}
      {!trouble && !diff.data && <p className="quiet"><Spin size="small" /> 正在逐条对照…</p>}
      {diff.data && older && newer && <Changes key={`${older.document_id} ${newer.document_id}`} diff={diff.data} older={older} newer={newer} asked={place.article} />}
    </main>
  )
}

function Pair({ rows, older, newer, go }: { rows: readonly DocumentRow[]; older: DocumentRow; newer: DocumentRow; go: Go }) {
  const options = rows.map((row) => ({ value: row.document_id, label: spanShort(row) }))
  return (
    <span className="pair">
      <span>旧 <Select size="small" aria-label="旧版本" value={older.document_id} options={options.filter(({ value }) => value !== newer.document_id)} onChange={(against) => go({ against })} /></span>
      <span>新 <Select size="small" aria-label="新版本" value={newer.document_id} options={options.filter(({ value }) => value !== older.document_id)} onChange={(doc) => go({ doc })} /></span>
    </span>
  )
}

function Changes({ diff, older, newer, asked }: { diff: Diff; older: DocumentRow; newer: DocumentRow; asked: string | null }) {
  const [all, setAll] = useState(false)
  const shown = useMemo(() => visible(diff, all, asked), [diff, all, asked])
  const box = useRef<HTMLDivElement>(null)
  const step = useSteps(box)
  useEffect(() => {
    if (asked) box.current?.querySelector(`[data-article="${CSS.escape(asked)}"]`)?.scrollIntoView({ block: 'center' })
  }, [asked])
  const nothing = !diff.changes.some((change) => change.kind !== 'same')
  return <>
    <div className="compare-tools" role="status">
      {counts(diff).map(({ kind, count }) => <span key={kind} className={`tag kind-${kind}`}>{KINDS[kind][0]} {KINDS[kind][1]} {count}</span>)}
      <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>显示未变的条</Checkbox>
      <span className="steps-between">
        <Button size="small" disabled={nothing} onClick={() => step(-1)}>↑ 上一处 <kbd>P</kbd></Button>
        <Button size="small" disabled={nothing} onClick={() => step(1)}>↓ 下一处 <kbd>N</kbd></Button>
      </span>
    </div>
    <div ref={box} className="scroll changes">
      <div className="change-head"><span>条</span><b>旧　{spanShort(older)}</b><b>新　{spanShort(newer)}</b></div>
      {nothing && <p className="quiet">两版逐条一致，没有改动。</p>}
      {shown.map((change, at) => <ChangeRow key={`${change.article} ${at}`} change={change} />)}
    </div>
  </>
}

/** To the next or previous change from where the reader is, by button or by key. */
function useSteps(box: React.RefObject<HTMLDivElement | null>): (by: 1 | -1) => void {
  const step = (by: 1 | -1) => {
    const rows = [...box.current?.querySelectorAll<HTMLElement>('[data-change]') ?? []]
    const held = rows.indexOf(document.activeElement as HTMLElement)
    const next = rows[held < 0 ? (by > 0 ? 0 : rows.length - 1) : held + by]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'center' })
  }
  const latest = useRef(step)
  latest.current = step
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
      if (event.code === 'KeyN') latest.current(1)
      if (event.code === 'KeyP') latest.current(-1)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return step
}
