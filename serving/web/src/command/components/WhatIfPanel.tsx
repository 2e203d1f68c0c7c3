import { Button, Select, Slider } from 'antd'
import { useState } from 'react'
import { useCommand } from '../command'
import type { Hypothesis } from '../hooks/useWhatIf'
import { figure, number, span } from '../state/conditions'
import { metricName } from '../state/metrics'
import { changeName, keyOf, RAIN_WINDOWS, rangeOf } from '../state/whatif'
import type { WhatIfChange } from '../types'

/** Opens the assumptions, and takes all of them away with one press. */
export function WhatIfButtons({ hypothesis, open, onOpen }: { hypothesis: Hypothesis; open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <div className="whatif">
      {hypothesis.changes.length > 0 && <Button onClick={hypothesis.reset}>清除假设</Button>}
      <Button aria-expanded={open} onClick={() => onOpen(!open)}>{open ? '收起推演' : `假设推演${hypothesis.changes.length ? `（${hypothesis.changes.length}）` : '…'}`}</Button>
    </div>
  )
}

/** Assumed figures by slider; the table beneath is computed anew with them. */
export function WhatIfPanel({ hypothesis }: { hypothesis: Hypothesis }) {
  const { names } = useCommand()
  return (
    <section className="whatif-panel" aria-label="假设推演">
      <Adder onAdd={hypothesis.set} />
      {hypothesis.changes.map((change) => <Assumed key={keyOf(change)} change={change} hypothesis={hypothesis} name={changeName(change, names)} />)}
      {hypothesis.error && <p className="trouble" role="alert">✕ {hypothesis.error}</p>}
      {!hypothesis.changes.length && <p className="quiet">选一个区县的雨量或一个站的读数，再拖动滑块：条件表立即按规则重算。</p>}
    </section>
  )
}

function Adder({ onAdd }: { onAdd: (change: WhatIfChange) => void }) {
  const { situation, map, names } = useCommand()
  const [window, setWindow] = useState<number>(60)
  const measured = (change: WhatIfChange & { kind: 'station' }) => situation.stations.find((row) => row.station_id === change.station_id && row.metric === change.metric)?.value ?? 0
  const districts = (map?.districts.features ?? []).map(({ properties }) => String(properties['code'] ?? properties['district_code']))
  return (
    <div className="whatif-add">
      <Select aria-label="时段" value={window} onChange={setWindow} options={RAIN_WINDOWS.map((value) => ({ value, label: span(value) }))} />
      <Select
        aria-label="区县雨量" placeholder="＋区县雨量" value={null} options={districts.map((value) => ({ value, label: names(value) }))}
        onChange={(district_code: string) => onAdd({ kind: 'district_rain', district_code, window_min: window, value: 0 })}
      />
      <Select
        aria-label="站点读数" placeholder="＋站点读数" value={null} showSearch={{ optionFilterProp: 'label' }}
        options={situation.stations.map((row) => ({ value: `${row.station_id}|${row.metric}`, label: `${names(row.station_id)} ${metricName(row.metric)}` }))}
        onChange={(key: string) => {
          const [station_id = '', metric = ''] = key.split('|')
          const change = { kind: 'station' as const, station_id, metric, value: 0 }
          onAdd({ ...change, value: measured(change) })
        }}
      />
    </div>
  )
}

function Assumed({ change, hypothesis, name }: { change: WhatIfChange; hypothesis: Hypothesis; name: string }) {
  const { situation } = useCommand()
  const now = change.kind === 'station' ? situation.stations.find((row) => row.station_id === change.station_id && row.metric === change.metric) : undefined
  const range = rangeOf(change, now?.value ?? null)
  return (
    <div className="assumed-row">
      <div><b>{name}</b> <span className="assumed-value">{figure(change.value, range.unit)}</span>{now?.value != null && <small>实测 {number(now.value)}</small>}</div>
      <Slider min={range.min} max={range.max} step={range.step} value={change.value} ariaLabelForHandle={`${name} 假设值`} tooltip={{ open: false }} onChange={(value) => hypothesis.set({ ...change, value })} />
      <Button size="small" type="text" aria-label={`去掉 ${name}`} onClick={() => hypothesis.drop(change)}>✕</Button>
    </div>
  )
}
