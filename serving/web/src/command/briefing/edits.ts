/** A commander's changes to a briefing until the server has them. Pure. */

import type { Block, Briefing, Edit, Form, Line } from './types'

export const FORMS: Record<Form, string> = {
  flash: '快报', report: '研判专报', followup: '续报', calls: '叫应清单', card: '领导手卡', press: '新闻口径',
}

/** New words by path, and the words they were written over; a path that reads again as it did is no change. */
export type Edits = Record<string, { text: string; over: string }>

export function withEdit(edits: Edits, briefing: Briefing, path: string, text: string): Edits {
  const { [path]: dropped, ...others } = edits
  const now = textAt(briefing, path)
  return now === undefined || text === now ? others : { ...others, [path]: { text, over: now } }
}

export function wish(edits: Edits): Edit[] {
  return Object.entries(edits).map(([path, { text }]) => ({ path, text }))
}

/** Paths that somebody else has changed since these words were written: saving them would replace theirs. */
export function overtaken(edits: Edits, briefing: Briefing): string[] {
  return Object.entries(edits).filter(([path, { over }]) => textAt(briefing, path) !== over).map(([path]) => path)
}

/** The words at a path; undefined where the briefing has no such place. */
export function textAt(briefing: Briefing, path: string): string | undefined {
  if (path === 'title') return briefing.title
  return lineAt(briefing, path)?.text
}

export function lineAt(briefing: Briefing, path: string): Line | undefined {
  const [key, ...steps] = path.split('.')
  const [place = -1, row = -1, column = -1] = steps.map(Number)
  const block = briefing.parts.find((part) => part.key === key)?.blocks[place]
  if (!block) return undefined
  return block.kind === 'table' ? block.rows[row]?.[column] : sentences(block)[row]
}

function sentences(block: Block): Line[] {
  return 'sentences' in block ? block.sentences : []
}

/** Where a path leads, in words a reader can follow: "三、雨情 第2句". */
export function placeName(briefing: Briefing, path: string): string {
  if (path === 'title') return '标题'
  const [key = '', ...steps] = path.split('.')
  const [block = 0, row = 0, column] = steps.map(Number)
  const part = briefing.parts.find((one) => one.key === key)
  const title = part?.title ?? key
  const many = (part?.blocks.length ?? 0) > 1 ? `第${block + 1}段` : ''
  return column === undefined ? `${title}${many} 第${row + 1}句` : `${title}${many} 表格第${row + 1}行第${column + 1}列`
}

/** Exactly what a signature binds to, to be read before signing. */
export function signed(briefing: Briefing, name: string, post: string): string[] {
  const changed = new Set(briefing.edits.map((edit) => edit.path)).size
  return [
    `文件：${briefing.title}（${FORMS[briefing.form]}，${briefing.number}，第 ${briefing.version} 版）`,
    `签发人：${name}（${post || '岗位未填'}）；预案规定的签发岗位：${briefing.signature.post || '未载明'}`,
    changed ? `人工修改 ${changed} 处，已标注` : '无人工修改',
    briefing.warnings.length ? `仍有 ${briefing.warnings.length} 处与证据不一致，签发后一并留存` : '未发现与证据不一致之处',
    '签名只对这一版有效，改动后须重新签发；签发不等于对外发布。',
  ]
}

/** The rendered page with words that are not saved yet, at the places that the rendering names by id. */
export function withWords(html: string, edits: Edits): string {
  if (!Object.keys(edits).length) return html
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const [path, { text }] of Object.entries(edits)) {
    const place = page.getElementById(`at-${path}`)
    if (!place) continue
    place.textContent = text
    place.setAttribute('style', 'outline: 2px dashed #b86e00; outline-offset: 1px')
  }
  return `<!doctype html>${page.documentElement.outerHTML}`
}
