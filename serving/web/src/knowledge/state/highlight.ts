/** Where a query's words stand in a text. The server finds by characters and by meaning; this only shows the former. */

export interface Piece { text: string; hit: boolean }

/** Characters that every sentence has: a pair with one of them says nothing. */
const EMPTY = new Set('的了吗呢吧啊么是在有我你他她它和与或及等就都也还要会把被让给对从到为以这那个上下怎样谁哪')
const WORD = /[a-z0-9]+|[\p{Script=Han}〇]+/gu

/** The text in pieces; concatenated they are the text. `focus` is a part of it that is marked as a whole. */
export function highlight(text: string, query: string, focus = ''): Piece[] {
  const wanted = focus && text.includes(focus) ? [focus.toLowerCase()] : fragments(query)
  if (!wanted.length) return [{ text, hit: false }]
  const marked = new Uint8Array(text.length)
  const lower = text.toLowerCase()
  for (const fragment of wanted) {
    for (let at = lower.indexOf(fragment); at >= 0; at = lower.indexOf(fragment, at + 1)) marked.fill(1, at, at + fragment.length)
  }
  const pieces: Piece[] = []
  for (let start = 0, at = 1; at <= text.length; at += 1) {
    if (at < text.length && marked[at] === marked[start]) continue
    pieces.push({ text: text.slice(start, at), hit: marked[start] === 1 })
    start = at
  }
  return pieces
}

/** Pairs of neighbouring characters, whole Latin words and numbers. */
function fragments(query: string): string[] {
  const found = new Set<string>()
  for (const [word] of query.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (/^[a-z0-9]/.test(word)) {
      if (word.length > 1) found.add(word)
      continue
    }
    for (let at = 0; at + 2 <= word.length; at += 1) {
      const pair = word.slice(at, at + 2)
      if (!EMPTY.has(pair.charAt(0)) && !EMPTY.has(pair.charAt(1))) found.add(pair)
    }
  }
  return [...found]
}

/** The part of a long text around its densest marks, so that a short list shows why it was found. */
export function excerpt(pieces: readonly Piece[], most: number): Piece[] {
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0)
  if (length <= most) return [...pieces]
  const first = offsetOfFirst(pieces)
  const start = Math.max(0, Math.min(first - Math.floor(most / 4), length - most))
  const cut: Piece[] = start > 0 ? [{ text: '…', hit: false }] : []
  let at = 0
  for (const piece of pieces) {
    const text = piece.text.slice(Math.max(0, start - at), Math.max(0, start + most - at))
    if (text) cut.push({ text, hit: piece.hit })
    at += piece.text.length
  }
  if (start + most < length) cut.push({ text: '…', hit: false })
  return cut
}

function offsetOfFirst(pieces: readonly Piece[]): number {
  let at = 0
  for (const piece of pieces) {
    if (piece.hit) return at
    at += piece.text.length
  }
  return 0
}
