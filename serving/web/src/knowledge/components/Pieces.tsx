import { highlight, type Piece } from '../state/highlight'

/** A text in which the query's words are marked: tint and underline. */
export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return <>{pieces.map((piece, at) => (piece.hit ? <mark key={at}>{piece.text}</mark> : piece.text))}</>
}

export function Highlighted({ text, query }: { text: string; query: string }) {
  return <Pieces pieces={highlight(text, query)} />
}
