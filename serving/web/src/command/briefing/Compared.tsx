import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useCommandApi } from '../hooks/queries'
import { placeName } from './edits'
import type { Briefing, BriefingDiff } from './types'

/** What was taken out and what was put in between two versions; struck through and underlined, not only coloured. */
export function Compared({ briefing, newest }: { briefing: Briefing; newest: number }) {
  const api = useCommandApi()
  const [from, setFrom] = useState(briefing.version > 1 ? briefing.version - 1 : Math.min(2, newest))
  const { data, error } = useQuery({
    queryKey: ['cmd', 'diff', briefing.briefing_id, from, briefing.version], queryFn: () => api.diff(briefing.briefing_id, from, briefing.version), staleTime: Infinity,
  })
  const others = Array.from({ length: newest }, (_, at) => at + 1).filter((version) => version !== briefing.version)
  return (
    <div className="compared scroll">
      <p>第 <Select size="small" aria-label="对比的版本" value={from} onChange={setFrom} options={others.map((value) => ({ value, label: value }))} /> 版 → 第 {briefing.version} 版</p>
      {error && <p className="trouble" role="alert">✕ {error.message}</p>}
      {data?.changes.length === 0 && <p className="quiet">两版文字相同。</p>}
      <ul>{data?.changes.map((change) => <li key={change.path}><b>{placeName(briefing, change.path)}</b><p><Change change={change} /></p></li>)}</ul>
    </div>
  )
}

function Change({ change }: { change: BriefingDiff['changes'][number] }) {
  if (!change.pieces.length) return <><del>{change.before}</del> <ins>{change.after}</ins></>
  return <>{change.pieces.map((piece, at) => {
    if (piece.kind === 'added') return <ins key={at}>{piece.text}</ins>
    return piece.kind === 'removed' ? <del key={at}>{piece.text}</del> : <span key={at}>{piece.text}</span>
  })}</>
}
