import { Input, Select } from 'antd'
import { useState } from 'react'
import { usePlace, usePlaces } from '../hooks/queries'
import type { Desk } from '../hooks/useDesk'
import { chooseCategory, editDemand } from '../state/edits'
import type { City } from '../types'

/** Correcting a demand with the whole catalogue, all units and all places at hand. */
export function DemandForm({ desk, index, city }: { desk: Desk; index: number; city: City }) {
  const demand = desk.shown?.demands[index]
  const original = desk.original?.demands[index]
  const [words, setWords] = useState('')
  const found = usePlaces(words).data?.items ?? []
  const chosen = usePlace(demand?.place_id)
  const places = words || !chosen ? found : [chosen]
  if (!demand || !original) return null
  const edit = (patch: Parameters<typeof editDemand>[2]) => desk.setChanges((before) => editDemand(before, index, patch))
  return (
    <div className="correct">
      <label>目录<Select
        showSearch={{ filterOption: (typed, option) => option?.words.includes(typed.trim()) ?? false }} autoFocus
        aria-label="更正目录" value={demand.category_code} virtual={false}
        options={city.catalogue.map((row) => ({
          value: row.code, label: `${row.code} ${row.level2} / ${row.level3}`, words: `${row.code}${row.level1}${row.level2}${row.level3}${row.description}`,
        }))}
        onChange={(code) => desk.setChanges((before) => chooseCategory(before, index, code, original))}
      /></label>
      <label>主办<Select
        showSearch={{ optionFilterProp: 'label' }} aria-label="更正主办" value={demand.main_dept_id}
        options={units(city)} onChange={(main_dept_id) => edit({ main_dept_id })}
      /></label>
      <label>协办<Select
        mode="multiple" maxCount={3} showSearch={{ optionFilterProp: 'label' }} aria-label="更正协办" value={demand.co_dept_ids}
        options={units(city)} onChange={(co_dept_ids) => edit({ co_dept_ids })}
      /></label>
      <label>地点<Select
        showSearch={{ filterOption: false, onSearch: setWords }} aria-label="更正地点" placeholder="输入路名、小区、单位查找"
        value={places.some((place) => place.place_id === demand.place_id) ? demand.place_id : null} notFoundContent={words ? '地名库里没有' : '请输入地名'}
        options={places.map((place) => ({ value: place.place_id, label: `${place.name}（${place.district} ${place.street}）` }))}
        onChange={(place_id) => {
          const place = places.find((item) => item.place_id === place_id)
          if (place) edit({ place_id, district: place.district, street: place.street })
        }}
      /></label>
      <label>概要<Input
        aria-label="更正概要" value={demand.summary} maxLength={300} onChange={(event) => edit({ summary: event.target.value })}
      /></label>
      {city.catalogue.find((row) => row.code === demand.category_code)?.notes && (
        <p className="notes">目录备注：{city.catalogue.find((row) => row.code === demand.category_code)?.notes}</p>
      )}
    </div>
  )
}

function units(city: City) {
  return city.departments.map((row) => ({ value: row.dept_id, label: row.name }))
}
