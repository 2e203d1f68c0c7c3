/** "依照本法第三十条", "《民法典》第一千条": what a clause points to, found in its text so that it can be followed. */

export interface Reference {
  /** null: the document itself. */
  title: string | null
  article: string
}
export interface Piece { text: string; to: Reference | null }

const NUMBER = '第[一二三四五六七八九十百千零〇两\\d]+条(?:之[一二三四五六七八九十]+)?'
const POINTER = new RegExp(`(?:《([^《》]{2,60})》(?:（[^（）]{1,40}）)?)?(${NUMBER})`, 'g')
/** Another law called by its bare name: where that name begins can't be told, so it is no link rather than a wrong one. */
const FOREIGN = /(?<!本)(?:法|法典|条例|条约|公约|协定|议定书|办法|细则|规则|解释|章程)$/
/** Between members of one list: "第一条第二款、第三条", "第五条至第八条". */
const LINK = /^(?:第[一二三四五六七八九十]+[款项]|[、，和与及或至到以，第（）一二三四五六七八九十项款])*$/

/** The text in pieces; concatenated they are the text. `own` is the clause's own number, which points nowhere. */
export function pieces(text: string, own: string): Piece[] {
  const found: Piece[] = []
  let end = 0
  let title: string | null = null
  let foreign = false
  for (const match of text.matchAll(POINTER)) {
    const between = text.slice(end, match.index)
    const named = match[1] ?? null
    const listed = end > 0 && between.length <= 16 && LINK.test(between)
    title = named ?? (listed ? title : null)
    foreign = !named && (listed ? foreign : FOREIGN.test(between))
    const article = match[2] ?? ''
    if (match.index === 0 && article === own) continue
    if (between) found.push({ text: between, to: null })
    found.push({ text: match[0], to: foreign ? null : { title, article } })
    end = match.index + match[0].length
  }
  if (end < text.length) found.push({ text: text.slice(end), to: null })
  return found
}

/** A clause id says where it stands: "<document>#第三十条", the second of that name "<document>#第三十条~2". */
export function clauseParts(clauseId: string): { documentId: string; article: string } {
  const at = clauseId.indexOf('#')
  return { documentId: clauseId.slice(0, at), article: clauseId.slice(at + 1).replace(/~\d+$/, '') }
}

/** One key for 《中华人民共和国民法典》, 中华人民共和国民法典 and 民法典. */
export function titleKey(title: string): string {
  const bare = title.normalize('NFKC').replace(/[\s《》〈〉<>「」"“”]/g, '')
  return bare.replace(/^中华人民共和国(?=.)/, '')
}
