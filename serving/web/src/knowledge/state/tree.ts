/** The tree of documents: 效力层级 → document → 编/章/节 → 条. Pure; nodes are what Ant Design's Tree takes. */

import type { ClauseRow, DocumentRow } from '../types'
import { titleKey } from './references'
import { stateOn } from './validity'

const LEVELS = ['宪法', '法律', '行政法规', '司法解释', '地方性法规', '规章', '规范性文件', '预案', '标准']
const UNSORTED = '未标明层级'
const PREVIEW = 24

export interface TreeNode {
  key: string
  title: string
  /** Beside the title, less loud. */
  note: string
  doc: string | null
  clause: string | null
  isLeaf: boolean
  children?: TreeNode[]
}

/** Versions of one document, oldest first. */
export interface Work { key: string; versions: DocumentRow[] }

export function works(documents: readonly DocumentRow[]): Work[] {
  const grouped = new Map<string, DocumentRow[]>()
  for (const row of documents) {
    const key = [titleKey(row.title), row.part ?? '', row.region].join('|')
    grouped.set(key, [...(grouped.get(key) ?? []), row])
  }
  return [...grouped].map(([key, rows]) => ({
    key, versions: rows.sort((a, b) => (a.valid_from ?? '').localeCompare(b.valid_from ?? '')),
  }))
}

/** The version in force on the day, else the one to come next, else the last. */
export function standing(versions: readonly DocumentRow[], day: string): DocumentRow | undefined {
  return versions.findLast((row) => stateOn(row, day) === 'in_force')
    ?? versions.find((row) => stateOn(row, day) === 'not_yet') ?? versions.at(-1)
}

export function buildTree(documents: readonly DocumentRow[], day: string, words: string): TreeNode[] {
  const wanted = titleKey(words)
  const levels = new Map<string, TreeNode[]>()
  for (const work of works(documents)) {
    const row = standing(work.versions, day)
    if (!row || (wanted && !titleKey(row.title + (row.part ?? '')).includes(wanted) && !row.doc_number.includes(words.trim()))) continue
    const level = row.level || UNSORTED
    levels.set(level, [...(levels.get(level) ?? []), documentNode(row, work.versions.length, day)])
  }
  return [...levels].sort(([a], [b]) => rank(a) - rank(b)).map(([level, children]) => ({
    key: `L:${level}`, title: level, note: `${children.length} 部`, doc: null, clause: null, isLeaf: false,
    children: children.sort((a, b) => a.title.localeCompare(b.title, 'zh-CN')),
  }))
}

function documentNode(row: DocumentRow, versions: number, day: string): TreeNode {
  const notes = [
    stateOn(row, day) === 'ended' ? '✕ 已失效' : stateOn(row, day) === 'not_yet' ? '◌ 尚未施行' : '', versions > 1 ? `${versions} 版` : '',
  ]
  return {
    key: `D:${row.document_id}`, title: shortTitle(row), note: notes.filter(Boolean).join(' · '),
    doc: row.document_id, clause: null, isLeaf: false,
  }
}

/** A narrow column shows what tells titles apart, not what they all begin with. */
function shortTitle({ title, part }: DocumentRow): string {
  const short = title.replace(/中华人民共和国(?=[^》]{2,})/g, '').replace(/^最高人民(?:法院|检察院)(?:[、 ]?最高人民检察院)?(?=关于)/, '')
  return part ? `${short} ${part}` : short
}

/** Chapters and articles of a document, in its order; a heading that returns later is a new node. */
export function outline(documentId: string, clauses: readonly ClauseRow[]): TreeNode[] {
  const root: TreeNode[] = []
  let open: { title: string; children: TreeNode[] }[] = []
  for (const clause of clauses) {
    const headings = headingsOf(clause)
    const shared = open.findIndex((node, depth) => node.title !== headings[depth])
    open = open.slice(0, shared < 0 ? Math.min(open.length, headings.length) : shared)
    for (const title of headings.slice(open.length)) {
      const node = { key: `H:${documentId}:${clause.clause_id}:${open.length}`, title, note: '', doc: documentId, clause: clause.clause_id, isLeaf: false, children: [] }
      ;(open.at(-1)?.children ?? root).push(node)
      open.push(node)
    }
    (open.at(-1)?.children ?? root).push({
      key: `C:${clause.clause_id}`, title: clause.article, note: preview(clause), doc: documentId, clause: clause.clause_id, isLeaf: true,
    })
  }
  return root
}

export function headingsOf({ path, article }: Pick<ClauseRow, 'path' | 'article'>): string[] {
  const parts = path.split(' / ').filter(Boolean)
  return parts.at(-1) === article ? parts.slice(0, -1) : parts.filter((part) => part !== article)
}

function preview({ text, article }: ClauseRow): string {
  const own = (text.startsWith(article) ? text.slice(article.length) : text).trim().replace(/\s+/g, ' ')
  return own.length > PREVIEW ? `${own.slice(0, PREVIEW)}…` : own
}

export function rank(level: string): number {
  const at = LEVELS.indexOf(level)
  return at < 0 ? LEVELS.length + (level === UNSORTED ? 1 : 0) : at
}

/** The tree with the outline of the documents that were opened. */
export function withOutlines(nodes: readonly TreeNode[], outlines: ReadonlyMap<string, TreeNode[]>): TreeNode[] {
  return nodes.map((level) => ({
    ...level,
    children: level.children?.map((node) => {
      const children = outlines.get(node.doc ?? '')
      return children ? { ...node, children } : node
    }) ?? [],
  }))
}

const NEWS = 10

/** What comes into force after the day, the nearest first; and what stands since a short time, the newest first. */
export function news(documents: readonly DocumentRow[], day: string): { coming: DocumentRow[]; lately: DocumentRow[] } {
  const dated = documents.filter((row) => row.valid_from).sort((a, b) => (a.valid_from ?? '').localeCompare(b.valid_from ?? ''))
  return {
    coming: dated.filter((row) => stateOn(row, day) === 'not_yet').slice(0, NEWS),
    lately: dated.filter((row) => stateOn(row, day) === 'in_force').slice(-NEWS).reverse(),
  }
}
