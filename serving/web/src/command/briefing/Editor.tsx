import { useMemo, useState } from 'react'
import { submits } from '../../components/keys'
import { focusSoon } from '../../hooks/useFocus'
import { Chips } from '../components/Said'
import type { Edits } from './edits'
import type { Block, Briefing, Line } from './types'

function sentenceId(path: string): string {
  return `sentence-${path}`
}

/** To the sentence of a warning: under the keyboard and so into view, as soon as it is drawn. */
export function toSentence(path: string): void {
  focusSoon(sentenceId(path))
}

interface Shown { briefing: Briefing; edits: Edits; mayEdit: boolean; onEdit: (path: string, text: string) => void }
/** `mark`: the number of an evidence in the printed index. */
interface Desk extends Shown { mark: (id: string) => string }

/** The briefing sentence by sentence: click to change it in place; chips lead to what it rests on. */
export function Editor(shown: Shown) {
  const { briefing } = shown
  const desk = { ...shown, mark: useMemo(() => marksOf(briefing), [briefing]) }
  return (
    <article className="editor scroll" aria-label="编辑正文">
      <p className="ai-mark">{briefing.signature.signed_by ? `本材料由人工智能辅助生成，已由${briefing.signature.signed_by}审核签发` : briefing.ai_mark.text}</p>
      <h2><Editable desk={desk} path="title" line={{ text: briefing.title, evidence: [], source: 'template', tone: 'plain' }} /></h2>
      <p className="editor-about">{briefing.number}　{briefing.classification}　{briefing.made_by}</p>
      {briefing.parts.map((part) => (
        <section key={part.key} aria-label={part.title}>
          <h3>{part.title}</h3>
          {part.blocks.map((block, place) => <BlockBody key={place} desk={desk} block={block} path={`${part.key}.${place}`} />)}
        </section>
      ))}
    </article>
  )
}

function marksOf({ evidence }: Briefing): (id: string) => string {
  const numbers = new Map(evidence.map((item, place) => [item.id, place + 1]))
  return (id) => String(numbers.get(id) ?? id)
}

function BlockBody({ desk, block, path }: { desk: Desk; block: Block; path: string }) {
  switch (block.kind) {
    case 'text':
      return <p>{block.heading && <b>{block.heading}　</b>}{block.sentences.map((line, at) => <Editable key={at} desk={desk} path={`${path}.${at}`} line={line} />)}</p>
    case 'callout':
      return <div className={`callout tone-${block.tone}`}>{block.sentences.map((line, at) => <p key={at}><Editable desk={desk} path={`${path}.${at}`} line={line} /></p>)}</div>
    case 'table':
      return (
        <table className="plain-table"><caption>{block.caption}</caption>
          <thead><tr>{block.columns.map((column) => <th key={column.title}>{column.title}</th>)}</tr></thead>
          <tbody>
            {block.rows.map((row, at) => <tr key={at}>{row.map((cell, place) => <td key={place} className={`tone-${cell.tone}`}><Editable desk={desk} path={`${path}.${at}.${place}`} line={cell} /></td>)}</tr>)}
            {!block.rows.length && <tr><td colSpan={block.columns.length}>{block.empty}</td></tr>}
          </tbody></table>
      )
    default:
      return <p className="picture-note">〔图：{block.caption}，见版式〕</p>
  }
}

function Editable({ desk, path, line }: { desk: Desk; path: string; line: Line }) {
  const [open, setOpen] = useState(false)
  const edit = desk.edits[path]
  const text = edit?.text ?? line.text
  const warned = desk.briefing.warnings.some((item) => item.path === path)
  const history = desk.briefing.edits.filter((item) => item.path === path)
  const shut = () => {
    setOpen(false)
    focusSoon(sentenceId(path))
  }
  if (open) return <Box text={text} onDone={(words) => { desk.onEdit(path, words); shut() }} onClose={shut} />
  const classes = ['sentence', `from-${line.source}`, edit ? 'edited' : '', history.length ? 'by-hand' : '', warned ? 'warned' : ''].filter(Boolean).join(' ')
  const why = history.map((item) => `${item.by}：“${item.before}” → “${item.after}”`).join('\n')
  return <>
    {desk.mayEdit
      ? <span id={sentenceId(path)} className={classes} role="button" tabIndex={0} title={why || '点击修改'} onClick={() => setOpen(true)} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); setOpen(true) } }}>{text || '〔已删去〕'}</span>
      : <span id={sentenceId(path)} tabIndex={-1} className={classes} title={why || undefined}>{text}</span>}
    {line.evidence.length > 0 && <Chips ids={line.evidence} name={desk.mark} />}
  </>
}

function Box({ text, onDone, onClose }: { text: string; onDone: (text: string) => void; onClose: () => void }) {
  const [words, setWords] = useState(text)
  return (
    <span className="sentence-box">
      <textarea
        autoFocus aria-label="修改这一句" value={words} rows={Math.max(2, Math.ceil(words.length / 34))} maxLength={1000} onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Escape') onClose(); else if (submits(event)) onDone(words.trim()) }}
      />
      <button type="button" onClick={() => onDone(words.trim())}>改好（Ctrl+Enter）</button>
      <button type="button" onClick={onClose}>不改（Esc）</button>
    </span>
  )
}
