import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useFocusBack } from '../../hooks/useFocus'
import { moment } from '../../state/format'
import { Chart } from '../components/Chart'
import { ConditionEvidence } from '../components/ConditionEvidence'
import { useCommand, useLook } from '../command'
import { useSeries } from '../hooks/queries'
import { useEvidence } from '../hooks/useEvidence'
import { conditionOf, figure } from '../state/conditions'
import { STATION_STATES } from '../state/levels'
import { metricName, QUALITIES } from '../state/metrics'
import { subjectOf, type Subject } from '../state/place'
import { cityTime } from '../state/timeline'

/** Whatever was clicked, traced to its station and time, its clause, or its source. */
export function Inspector() {
  const { place } = useCommand()
  const subject = subjectOf(place.look)
  if (!subject) return <section className="quiet" aria-label="证据">点地图上的站点、表中的数字或句后的证据标记，这里显示它的站点、时间与来源。</section>
  return <Opened subject={subject} />
}

function Opened({ subject }: { subject: Subject }) {
  const { go } = useCommand()
  useFocusBack()
  return (
    <section className="inspector" aria-label="证据">
      <Button className="close" size="small" type="text" aria-label="关闭证据" onClick={() => go({ look: null })}>✕</Button>
      <Body subject={subject} />
    </section>
  )
}

function Body({ subject }: { subject: Subject }) {
  const { situation } = useCommand()
  switch (subject.kind) {
    case 'station':
      return <StationBody key={subject.id} {...subject} />
    case 'condition': {
      const condition = conditionOf(situation.picture, subject.id)
      return condition ? <><h3>{condition.clause} {condition.text}</h3><ConditionEvidence condition={condition} /></> : <Unknown id={subject.id} />
    }
    case 'evidence':
      return <EvidenceBody id={subject.id} />
    case 'risk':
      return <RiskBody id={subject.id} />
    case 'cluster':
      return <ClusterBody id={subject.id} />
    case 'district':
      return <DistrictBody id={subject.id} />
  }
}

function Unknown({ id }: { id: string }) {
  return <p className="quiet">这一时刻的态势里没有这一项（{id}）。</p>
}

const SPANS = [3, 6, 24]

function StationBody({ id, metric, at }: { id: string; metric: string | null; at: string | null }) {
  const { situation, names, go, place } = useCommand()
  const [hours, setHours] = useState(6)
  const own = situation.stations.filter((row) => row.station_id === id)
  const shown = own.find((row) => row.metric === metric) ?? own[0]
  const end = Math.ceil(Date.parse(situation.at) / 60_000) * 60_000
  const series = useSeries(id, shown?.metric ?? metric ?? '', cityTime(end - hours * 3_600_000), cityTime(end), place.event)
  if (!shown) return <Unknown id={id} />
  const [sign, word] = STATION_STATES[shown.state]
  return <>
    <h3>{names(id)} <small>{id}</small></h3>
    {own.length > 1 && <Segmented size="small" value={shown.metric} options={own.map((row) => ({ value: row.metric, label: metricName(row.metric) }))} onChange={(name) => go({ ...place, look: `station|${id}|${name}|` })} />}
    <p className="reading"><b>{shown.value === null ? '无读数' : figure(shown.value, shown.unit)}</b> <span className={`sst-${shown.state}`}>{sign} {word}</span></p>
    <p><small>{metricName(shown.metric)} · {moment(shown.time)} · 质量：{QUALITIES[shown.quality] ?? shown.quality}{shown.hour != null && ` · 近1小时 ${figure(shown.hour, shown.unit)}`}{at && ` · 所点数字的时刻 ${moment(at)}`}</small></p>
    {series.error && <p className="trouble">✕ {series.error.message}</p>}
    {series.data && <Chart series={series.data} marked={at ?? shown.time} />}
    <Segmented size="small" value={hours} options={SPANS.map((value) => ({ value, label: `近${value}小时` }))} onChange={setHours} />
  </>
}

function EvidenceBody({ id }: { id: string }) {
  const found = useEvidence()(id)
  const { situation, judgment } = useCommand()
  const look = useLook()
  if (!found) return <Unknown id={id} />
  const station = found.kind === 'observation' && found.subject
  const condition = found.kind === 'condition' ? conditionOf(judgment?.picture ?? situation.picture, id.replace(/^C:/, '')) : undefined
  return <>
    <h3>{found.text}</h3>
    <dl className="about">
      {!condition && found.figures.length > 0 && <><dt>数值</dt><dd>{found.figures.map(([value, unit]) => figure(value, unit)).join('，')}</dd></>}
      {found.at && <><dt>时间</dt><dd>{moment(found.at)}</dd></>}
      {found.clause && <><dt>条文</dt><dd>{found.clause}</dd></>}
      {found.source && <><dt>来源</dt><dd>{found.source}</dd></>}
      <dt>编号</dt><dd>{found.id}</dd>
    </dl>
    {station && <Button size="small" onClick={() => look({ kind: 'station', id: found.subject, metric: null, at: found.at })}>看站点过程线</Button>}
    {condition && <ConditionEvidence condition={condition} />}
  </>
}

function RiskBody({ id }: { id: string }) {
  const { judgment, map } = useCommand()
  const look = useLook()
  const point = map?.risk_points.find((row) => row.risk_id === id)
  const exposed = judgment?.risk_points.find((row) => row.risk_id === id)
  if (!point && !exposed) return <Unknown id={id} />
  return <>
    <h3>{exposed?.name ?? point?.name} <small>{exposed?.kind ?? point?.kind}</small></h3>
    {exposed ? (
      <dl className="about">
        <dt>现状</dt><dd>{exposed.under}</dd>
        {exposed.people !== null && <><dt>人数</dt><dd>{exposed.people} 人</dd></>}
        {exposed.shelter_name && <><dt>避护场所</dt><dd>{exposed.shelter_name}{exposed.distance_km !== null && `，${exposed.distance_km.toFixed(1)} 公里`}{exposed.shelter_room !== null && `，尚可容 ${exposed.shelter_room} 人`}</dd></>}
        {exposed.team_name && <><dt>最近队伍</dt><dd>{exposed.team_name}{exposed.reach_minutes !== null && `，约 ${Math.round(exposed.reach_minutes)} 分钟`}</dd></>}
      </dl>
    ) : <p>最近一次研判没有把它列为受影响。</p>}
    {point?.station_id && <Button size="small" onClick={() => look({ kind: 'station', id: point.station_id ?? '', metric: null, at: null })}>看对应站点</Button>}
  </>
}

function ClusterBody({ id }: { id: string }) {
  const { situation, names } = useCommand()
  const look = useLook()
  const found = situation.clusters.find((row) => row.cluster_id === id)
  if (!found) return <Unknown id={id} />
  return <>
    <h3>{found.place}：{found.kind} {found.count} 件</h3>
    {found.unseen && <p className="unsigned">! 群众报了，附近站点没有反映：请派人看</p>}
    <dl className="about"><dt>时段</dt><dd>{moment(found.first_at)} 至 {moment(found.last_at)}</dd><dt>最近站点</dt><dd>{found.nearest_station ? names(found.nearest_station) : '无'}{found.station_says && `：${found.station_says}`}</dd></dl>
    {found.nearest_station && <Button size="small" onClick={() => look({ kind: 'station', id: found.nearest_station ?? '', metric: null, at: null })}>看站点过程线</Button>}
  </>
}

function DistrictBody({ id }: { id: string }) {
  const { situation, names } = useCommand()
  const alerts = situation.alerts.filter((alert) => alert.districts.includes(id))
  return <>
    <h3>{names(id)} <small>{id}</small></h3>
    {alerts.length ? alerts.map((alert) => <p key={alert.alert_id}>{alert.type}{alert.colour}色，{moment(alert.issued_at)} 起，{alert.issuer}</p>) : <p>没有生效的预警信号。</p>}
  </>
}
