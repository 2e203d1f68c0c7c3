import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Refused, Unreachable } from '../../api'
import { exportPath } from '../api'
import { withWords, type Edits } from './edits'
import type { Briefing } from './types'

/** The page as it will be printed, in a frame that may do nothing; words not saved yet are put into it and marked. */
export function Preview({ briefing, edits }: { briefing: Briefing; edits: Edits }) {
  const path = exportPath(briefing.briefing_id, 'html', briefing.version)
  const { data, error } = useQuery({ queryKey: ['cmd', 'html', path, briefing.signature.signed_by], queryFn: () => page(path), staleTime: Infinity, gcTime: 60_000 })
  const html = useMemo(() => (data ? withWords(data, edits) : ''), [data, edits])
  if (error) return <p className="trouble preview" role="alert">✕ 版式没有取到：{error.message}</p>
  return <iframe className="preview" title="版式预览" sandbox="" srcDoc={html || '<p>正在排版…</p>'} />
}

async function page(path: string): Promise<string> {
  const response = await fetch(path).catch(() => { throw new Unreachable() })
  if (!response.ok) throw new Refused(response.status, 'preview', `服务器回应 ${response.status}`)
  return response.text()
}
