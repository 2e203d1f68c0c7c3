/** A briefing as the server keeps it. Paths: `title`, `key.block.sentence`, or in tables `key.block.row.column`, counted from 0. */

import type { Evidence } from '../types'

export type Form = 'flash' | 'report' | 'followup' | 'calls' | 'card' | 'press'
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'unknown' | 'human'

export interface Line { text: string; evidence: string[]; source: 'model' | 'template' | 'human'; tone: Tone }
export interface TextBlock { kind: 'text'; heading: string; sentences: Line[] }
export interface CalloutBlock { kind: 'callout'; tone: Tone; sentences: Line[] }
export interface TableBlock { kind: 'table'; caption: string; columns: { title: string; width: number }[]; rows: Line[][]; empty: string }
/** Charts, timelines and maps are drawn by the server's rendering; the editor names them. */
export interface PictureBlock { kind: 'chart' | 'timeline' | 'map'; caption: string }
export type Block = TextBlock | CalloutBlock | TableBlock | PictureBlock
export interface Part { key: string; title: string; blocks: Block[] }

export interface Signature {
  post: string; chair: string; duty_post: string; clause: string; signed_by: string | null; signed_at: string | null; acting: string
}
export interface Contradiction { path: string; code: string; text: string }
export interface EditMark {
  path: string; before: string; after: string; by: string; at: string; version: number; reason: string; warnings: Contradiction[]
}
export interface Briefing {
  briefing_id: string; form: Form; version: number; judgment_id: string; title: string; number: string; classification: string
  made_by: string; made_at: string; at: string; parts: Part[]; evidence: Evidence[]; signature: Signature
  ai_mark: { text: string; reviewed_by: string }; edits: EditMark[]; warnings: Contradiction[]
}
export interface BriefingRow {
  briefing_id: string; form: Form; version: number; judgment_id: string; title: string; number: string; made_at: string; at: string
  signed_by: string | null; signed_at?: string | null
}
export interface Edit { path: string; text: string }

/** Two versions side by side, sentence by sentence. */
export interface DiffPiece { text: string; kind: 'same' | 'added' | 'removed' }
export interface BriefingDiff { changes: { path: string; before: string; after: string; pieces: DiffPiece[] }[] }
