import type { Mark } from '../state/evidence'
import { segments, type Span } from '../state/evidence'

/** A text with its evidence marked: number, underline and tint together, so that none depends on colour alone. */
export function Marked({ text, spans, active }: { text: string; spans: readonly Span[]; active: number }) {
  const pieces = segments(text, spans)
  const opened = new Set<number>()
  return (
    <span className="marked">
      {pieces.map((piece, index) => {
        const demand = piece.marks.find((mark) => mark.kind === 'demand' && mark.number === active)
          ?? piece.marks.find((mark) => mark.kind === 'demand')
        const number = demand?.kind === 'demand' ? demand.number : 0
        const first = number > 0 && !opened.has(number)
        opened.add(number)
        return (
          <span key={index} className={classes(piece.marks, number, active)} title={titleOf(piece.marks)}>
            {first && <sup>{number}</sup>}{piece.text}
          </span>
        )
      })}
    </span>
  )
}

function classes(marks: readonly Mark[], number: number, active: number): string {
  const has = (kind: Mark['kind']) => marks.some((mark) => mark.kind === kind)
  return [
    number > 0 && `ev ev-${number}`, number === active && number > 0 && 'ev-active',
    has('alert') && 'ev-alert', has('pii') && 'ev-pii',
  ].filter(Boolean).join(' ')
}

function titleOf(marks: readonly Mark[]): string {
  return [...new Set(marks.map((mark) => {
    if (mark.kind === 'alert') return '紧急或特殊路径的依据'
    return mark.kind === 'pii' ? '个人信息：派单时隐去' : `事项 ${mark.number} 的依据`
  }))].join('；')
}
