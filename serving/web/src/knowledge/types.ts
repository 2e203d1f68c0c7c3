/** The HTTP contract of /api/knowledge, as far as the page uses it. Days are "2025-05-01"; null means open or unknown. */

export type State = 'in_force' | 'not_yet' | 'ended'
export type Leg = 'lexical' | 'dense' | 'exact'

export interface Validity {
  valid_from: string | null
  /** The first day on which it no longer stands. */
  valid_to: string | null
  superseded_by: string | null
}

export interface Hit extends Validity {
  clause_id: string
  document_id?: string
  document: string
  doc_number: string
  issuer: string
  level: string
  region: string
  article: string
  path: string
  text: string
  score: number
  legs: Partial<Record<string, number>>
  state?: State
  /** The 款 that the question named, as it stands in the text. */
  focus?: string
  /** Ids of clauses this one refers to. */
  references?: string[]
  /** Why it stands before one about as good. */
  notes?: string[]
}

export interface Facet { value: string; count: number }
export interface Facets { levels: Facet[]; issuers: Facet[]; regions: Facet[]; hazards: Facet[] }
export type FacetName = keyof Facets

/** A version of a document, as lists show it. */
export interface DocumentRow extends Validity {
  document_id: string
  version: number
  title: string
  part?: string
  doc_number: string
  issuer: string
  level: string
  region: string
  hazards?: string[]
  issued?: string | null
  /** As read or corrected; `valid_from` is what follows from it. */
  effective?: string | null
  repealed?: string | null
  source?: string
  clauses: number
  end_reason?: string
  state?: State
  notices?: string[]
  /** Fields that a person set. */
  corrected?: string[]
}

/** Who set a field, and when; null where that is not known. */
export interface CorrectedField { field: string; by: string | null; at: string | null }

export interface ClauseRow { clause_id: string; article: string; path: string; text: string; kind?: string }
export interface DocumentDetail extends Omit<DocumentRow, 'clauses'> { clauses: ClauseRow[]; versions?: DocumentRow[]; corrections?: CorrectedField[] }

export interface Surrounding { before: string; text: string; after: string }
export interface ClauseDetail extends Validity {
  clause_id: string
  document_id: string
  article: string
  text: string
  surrounding?: Surrounding
}

export type ChangeKind = 'added' | 'removed' | 'changed' | 'moved' | 'same'
/** A piece of an article: in both versions, or in one only. */
export interface Span { kind: 'same' | 'added' | 'removed'; text: string }
export interface Change {
  article: string
  kind: ChangeKind
  old: string | null
  new: string | null
  /** Its number in the old version, where it had another. */
  old_article: string | null
  /** All of both, piece by piece; empty where nothing changed. */
  spans: Span[]
}
export interface Diff { work: string; older: DocumentRow | null; newer: DocumentRow | null; changes: Change[] }

export interface Generation {
  generation: number
  created_at: string
  clauses: number
  /** Of these clauses, those that have a vector. */
  vectors: number
  embedder: string
  current: boolean
}

export interface Status {
  documents: number
  clauses: number
  generation: number | null
  indexed: number
  /** Clauses that are searched by their words, but have no vector yet. */
  pending?: number
  embedder: string | null
  published_at: string | null
  stale: boolean
  warning: string | null
  /** The upload or publish that is being worked on, and how many wait behind it. */
  running?: string | null
  queued?: number
}

/** What became of one file. added: `document_id` and what was odd; the others: the reason. */
export interface FileOutcome {
  file: string
  reason?: string
  document_id?: string
  title?: string
  clauses?: number
  notices?: string[]
}

export type UploadEvent = { seq: number } & (
  | { type: 'read.progress'; done: number; total: number }
  | ({ type: 'file.read'; outcome?: 'added' | 'unchanged' | 'skipped' } & FileOutcome)
  | ({ type: 'file.failed'; reason: string } & FileOutcome)
  | { type: 'publish.progress'; done: number; total: number }
  | { type: 'finished' }
  | { type: 'failed'; error: string }
)

/** An upload or a publish as the server keeps it. `result` is filled step by step. */
export interface UploadRow {
  upload_id: string
  kind: 'upload' | 'publish'
  stage: 'queued' | 'reading' | 'indexing' | 'finished' | 'failed'
  operator: string
  created_at: string
  files: string[]
  result: {
    added?: FileOutcome[]; unchanged?: FileOutcome[]; skipped?: FileOutcome[]; unreadable?: FileOutcome[]
    error?: string; generation?: number | null; indexed?: number
  } | null
}
