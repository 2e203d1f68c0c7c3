/** A citation as it goes into an order, a reply or a brief. */

import type { Validity } from '../types'
import { span, stateOn } from './validity'

export interface Cited extends Pick<Validity, 'valid_from' | 'valid_to'> { title: string; article: string; text: string }

/** 《…》第…条：“…”; what is not in force on `today` says so, for nobody can see it from the words alone. */
export function citation(cited: Cited, quote: string, today: string): string {
  const own = cited.text.startsWith(cited.article) ? cited.text.slice(cited.article.length) : cited.text
  const words = (quote || own).trim()
  const state = stateOn(cited, today)
  const note = state === 'in_force' ? '' : `（${state === 'ended' ? '已失效' : '尚未施行'}，${span(cited)}）`
  return `《${cited.title}》${cited.article}${note}：“${words}”`
}

/** To the clipboard; over plain HTTP browsers offer only the old way. Returns whether it worked. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const box = document.createElement('textarea')
    box.value = text
    box.style.position = 'fixed'
    document.body.append(box)
    box.select()
    const done = document.execCommand('copy')
    box.remove()
    return done
  }
}
