import { Button, Segmented } from 'antd'
import { Fragment, useState } from 'react'
import { moment } from '../../state/format'
import { LevelBadge, StateBadge } from '../components/Badges'
import { ConditionEvidence } from '../components/ConditionEvidence'
import { FindingDialog } from '../components/FindingDialog'
import { WhatIfButtons, WhatIfPanel } from '../components/WhatIfPanel'
import { useCommand } from '../command'
import { useWhatIf } from '../hooks/useWhatIf'
import { counts, differing, grouped, measured, metSince, threshold } from '../state/conditions'
import { when } from '../state/freshness'
import { levelName } from '../state/levels'
import type { Filter } from '../state/place'
import { plain } from '../state/plain'
import type { Condition, Picture } from '../types'

const FILTERS: Record<Filter, string> = { all: '全部', met: '● 成立', unknown: '? 未知', human: '◇ 需研判' }

/** Every start condition of the plan against what is known: as measured, or as it would be under an assumption. */
export function TriggerTable() {
  const { situation, place, go } = useCommand()
  const hypothesis = useWhatIf(place.at, situation.seq)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [assuming, setAssuming] = useState(false)
  const picture = hypothesis.result?.picture ?? situation.picture
  const flips = hypothesis.result ? differing(situation.picture, picture) : null
  const count = counts(picture)
  const toggle = (id: string) => setOpen((before) => {
    const after = new Set(before)
    if (!after.delete(id)) after.add(id)
    return after
  })
  return (
    <section className={`triggers ${flips ? 'assumed' : ''}`} aria-label="触发条件逐条对照">
      <div className="triggers-head">
        <Segmented<Filter>
          value={place.filter} onChange={(filter) => go({ filter })}
          options={(Object.keys(FILTERS) as Filter[]).map((value) => ({ value, label: `${FILTERS[value]} ${count[value]}` }))}
        />
        {place.event === null && <WhatIfButtons hypothesis={hypothesis} open={assuming} onOpen={setAssuming} />}
      </div>
      {assuming && <WhatIfPanel hypothesis={hypothesis} />}
      {flips && <p className="assumption" role="status"><b>假设 · 不是实况</b> {levelsOf(picture)}；与实况不同的条件 {flips.size} 条{hypothesis.busy ? '（正在重算…）' : ''}</p>}
      <div className="scroll">
        <table className="trigger-table">
          <thead><tr><th>条文</th><th>启动条件</th><th>实有 / 须</th><th>状态</th><th>起始 · 首次成立</th></tr></thead>
          <Rows picture={picture} filter={place.filter} flips={flips} open={open} onToggle={toggle} />
        </table>
      </div>
    </section>
  )
}

function levelsOf(picture: Picture): string {
  return picture.hazards.map((hazard) => `${hazard.name}${levelName(hazard.level)}`).join('，')
}

function Rows({ picture, filter, flips, open, onToggle }: {
  picture: Picture; filter: Filter; flips: ReadonlySet<string> | null; open: ReadonlySet<string>; onToggle: (id: string) => void
}) {
  const groups = grouped(picture, filter)
  if (!groups.length) return <tbody><tr><td colSpan={5} className="quiet">没有这样的条件。</td></tr></tbody>
  return <>{groups.map(({ hazard, level, rows, of }) => (
    <tbody key={hazard.hazard + level}>
      <tr className="group"><th colSpan={5} scope="rowgroup">{hazard.name} <LevelBadge level={level} /> <small>{rows.length === of ? `${of} 条，满足其一即达到` : `${rows.length} / ${of} 条`}{hazard.level === level && ` · 自 ${moment(metSince(hazard))} 成立`}</small></th></tr>
      {rows.map((row) => (
        <Fragment key={row.id}>
          <Row row={row} flipped={flips?.has(row.id) ?? false} open={open.has(row.id)} onToggle={() => onToggle(row.id)} />
          {open.has(row.id) && <tr className="detail"><td colSpan={5}><Detail row={row} /></td></tr>}
        </Fragment>
      ))}
    </tbody>
  ))}</>
}

function Row({ row, flipped, open, onToggle }: { row: Condition; flipped: boolean; open: boolean; onToggle: () => void }) {
  const { changed, situation } = useCommand()
  return (
    <tr className={`cond c-${row.state} ${flipped ? 'flipped' : ''} ${changed.has(row.id) ? 'fresh' : ''}`}>
      <td className="cond-clause"><button type="button" className="link" aria-expanded={open} onClick={onToggle}>{open ? '▾' : '▸'} {row.clause}</button></td>
      <td className="cond-text">{row.text}{row.why && row.state !== 'met' && <small className="why">{plain(row.why)}</small>}</td>
      <td className="figures">{row.tests.map((test) => {
        const { observed, required } = measured(test)
        return <span key={test.t} className={`vd-${test.value}`} title={threshold(test)}><b>{observed}</b> <small>{required}</small></span>
      })}</td>
      <td className="cond-state"><StateBadge state={row.state} review={row.review} />{flipped && <b className="flip">假设</b>}</td>
      <td className="times">{row.state !== 'not_met' && row.state !== 'human' && when(row.since, situation.at)}{row.first_met_at && row.first_met_at !== row.since && <small>首次 {when(row.first_met_at, situation.at)}</small>}</td>
    </tr>
  )
}

function Detail({ row }: { row: Condition }) {
  const { canAct } = useCommand()
  const [finding, setFinding] = useState(false)
  return <>
    <ConditionEvidence condition={row} />
    {canAct && (row.state === 'human' || row.review) && <Button size="small" onClick={() => setFinding(true)}>填报研判结论…</Button>}
    {finding && <FindingDialog condition={row} onClose={() => setFinding(false)} />}
  </>
}
