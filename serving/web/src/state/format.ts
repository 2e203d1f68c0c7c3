/** Times as the operator reads them, in the city's zone (all of them keep Beijing time). */

const PARTS = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false,
})

/** "5月21日 17:30"; an empty or unreadable time is shown as a dash. */
export function moment(iso: string | null | undefined): string {
  const parts = partsOf(iso)
  return parts ? `${parts['month']}月${parts['day']}日 ${clock(parts)}` : '—'
}

/** "17:30", for lists where the day is clear. */
export function timeOfDay(iso: string | null | undefined): string {
  const parts = partsOf(iso)
  return parts ? clock(parts) : '—'
}

/** "剩 2天3小时" or "已超 40分钟". */
export function remaining(iso: string, now: number): string {
  const minutes = Math.round((Date.parse(iso) - now) / 60_000)
  if (Number.isNaN(minutes)) return ''
  return `${minutes < 0 ? '已超' : '剩'} ${span(Math.abs(minutes))}`
}

/** A clause's text without the article number it may begin with, for places that show the number already. */
export function withoutArticle(text: string, article: string): string {
  return text.startsWith(article) ? text.slice(article.length).trimStart() : text
}

function span(minutes: number): string {
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  if (days > 0) return hours > 0 ? `${days}天${hours}小时` : `${days}天`
  return hours > 0 ? `${hours}小时${minutes % 60 ? `${minutes % 60}分` : ''}` : `${minutes}分钟`
}

function partsOf(iso: string | null | undefined): Record<string, string> | null {
  if (!iso || Number.isNaN(Date.parse(iso))) return null
  return Object.fromEntries(PARTS.formatToParts(new Date(iso)).map((part) => [part.type, part.value]))
}

function clock(parts: Record<string, string>): string {
  return `${parts['hour'] === '24' ? '00' : parts['hour']}:${parts['minute']}`
}
