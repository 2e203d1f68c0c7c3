import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useFacets } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { toggled, type Place } from '../state/place'
import { rank } from '../state/tree'
import type { Facet, FacetName } from '../types'

const GROUPS: readonly (readonly [FacetName, string])[] = [['levels', '效力层级'], ['issuers', '发布机关'], ['regions', '地区'], ['hazards', '灾种']]
const SHOWN = 8

/** Values to choose from, with how many clauses or documents each has. Within a group any, between groups all. */
export function Facets({ place, go }: { place: Place; go: Go }) {
  const { data, error, isPending, refetch } = useFacets()
  if (error && !data) {
    return <p className="quiet trouble">✕ 筛选项没有读到：{error.message} <button type="button" className="link" onClick={() => void refetch()}>重试</button></p>
  }
  if (isPending) return <p className="quiet">正在读取筛选项…</p>
  return (
    <div className="facets">
      {GROUPS.map(([field, name]) => (
        <Group
          key={field} name={name} values={field === 'levels' ? byRank(data?.levels ?? []) : data?.[field] ?? []} chosen={place.filters[field]}
          onToggle={(value) => go({ filters: toggled(place.filters, field, value), pane: 'tree' })}
        />
      ))}
    </div>
  )
}

/** Levels in the order lawyers think of them; all others by how many there are. */
function byRank(levels: readonly Facet[]): Facet[] {
  return [...levels].sort((a, b) => rank(a.value) - rank(b.value))
}

function Group({ name, values, chosen, onToggle }: {
  name: string; values: readonly Facet[]; chosen: readonly string[]; onToggle: (value: string) => void
}) {
  const [all, setAll] = useState(false)
  const [words, setWords] = useState('')
  const named = values.filter((facet) => facet.value)
  const fitting = named.filter((facet) => facet.value.includes(words.trim()))
  const shown = all ? fitting : fitting.filter((facet, at) => at < SHOWN || chosen.includes(facet.value))
  return (
    <fieldset>
      <legend>{name}{chosen.length > 0 && <b>已选 {chosen.length}</b>}</legend>
      {named.length === 0 && <small>文件都没有标明</small>}
      {all && named.length > 20 && <Input size="small" allowClear aria-label={`在${name}中找`} placeholder="找…" value={words} onChange={(event) => setWords(event.target.value)} />}
      {shown.map(({ value, count }) => (
        <Checkbox key={value} checked={chosen.includes(value)} onChange={() => onToggle(value)}>
          <span className="facet" title={value}>{value}</span><small>{count}</small>
        </Checkbox>
      ))}
      {named.length > SHOWN && <button type="button" className="link" onClick={() => setAll(!all)}>{all ? '收起' : `全部 ${named.length} 个`}</button>}
    </fieldset>
  )
}
