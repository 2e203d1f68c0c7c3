/** Where the evidence of each demand, the emergency words and the personal data stand in the messages of a talk. */

export type Mark = { kind: 'demand'; number: number } | { kind: 'alert' } | { kind: 'pii' }
export interface Segment { text: string; marks: Mark[] }
export interface Span { start: number; end: number; mark: Mark }

/**
 * The first place of each quote; quotes that do not occur yield nothing. `pii` counts code points, as the server
 * does; the spans count UTF-16 units, as the browser does.
 */
export function spansOf(text: string, evidence: string[], alerts: string[], pii: { start: number; end: number }[]): Span[] {
  const spans: Span[] = []
  const add = (quote: string, mark: Mark) => {
    const start = quote ? text.indexOf(quote) : -1
    if (start >= 0) spans.push({ start, end: start + quote.length, mark })
  }
  evidence.forEach((quote, index) => add(quote, { kind: 'demand', number: index + 1 }))
  alerts.forEach((quote) => add(quote, { kind: 'alert' }))
  const points = [...text]
  const unit = (point: number) => points.slice(0, point).join('').length
  pii.forEach(({ start, end }) => spans.push({ start: unit(start), end: unit(end), mark: { kind: 'pii' } }))
  return spans
}

/** The text cut at every border of a span, each piece with the marks that cover it. Joined, they are the text again. */
export function segments(text: string, spans: readonly Span[]): Segment[] {
  const inside = spans.map((span) => ({ ...span, start: Math.max(0, span.start), end: Math.min(text.length, span.end) }))
    .filter((span) => span.start < span.end)
  const cuts = [...new Set([0, text.length, ...inside.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1] ?? text.length
    const marks = inside.filter((span) => span.start <= start && span.end >= end).map((span) => span.mark)
    return { text: text.slice(start, end), marks }
  })
}

/** The place of each message in the whole text of the ticket, or -1 where cleaning changed its words. */
export function offsets(whole: string, messages: readonly string[]): number[] {
  let from = 0
  return messages.map((message) => {
    const at = whole.indexOf(message, from)
    if (at >= 0) from = at + message.length
    return at
  })
}

export function shifted(spans: readonly Span[], offset: number): Span[] {
  return spans.map((span) => ({ ...span, start: span.start - offset, end: span.end - offset }))
}
