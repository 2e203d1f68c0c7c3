/** Reasons as a commander reads them: what the machines said to each other stays with the source's own list of problems. */

const ASIDE = '（GET '
const AFTER = '：GET '

/** Without asides and ends that quote a request: "预警信号来源中断（GET … 返回 503）" is "预警信号来源中断". */
export function plain(text: string): string {
  const begin = text.indexOf(ASIDE)
  if (begin < 0) return text.includes(AFTER) ? text.slice(0, text.indexOf(AFTER)) : text
  let depth = 0
  for (let place = begin; place < text.length; place += 1) {
    if (text[place] === '（') depth += 1
    if (text[place] === '）') depth -= 1
    if (depth === 0) return plain(text.slice(0, begin) + text.slice(place + 1))
  }
  return text.slice(0, begin)
}
