import type { KeyboardEvent, ReactNode } from 'react'
import { useCommand, useLook } from '../command'
import { STATION_STATES } from '../state/levels'
import type { Subject } from '../state/place'
import { lines, middle, pathOf, rings, type Projection } from '../state/projection'
import type { Cluster, ExposedPoint, Feature, Features, MapPoint, MapRisk, MapStation, StationLevel, WeatherAlert } from '../types'

/** `pixel`: units of the sheet that a pixel of the screen covers. */
interface On { sheet: Projection; pixel: number }

/** Rank of the highest signal in force in a district, 1 blue to 4 red; 0 is none. */
function signalIn(feature: Feature, alerts: readonly WeatherAlert[]): number {
  const code = codeOf(feature)
  return Math.max(0, ...alerts.filter((alert) => alert.districts.includes(code)).map((alert) => COLOURS.indexOf(alert.colour) + 1))
}

const COLOURS = '蓝黄橙红'

function codeOf({ properties }: Feature): string {
  return String(properties['code'] ?? properties['district_code'])
}

export function District({ feature, sheet }: { feature: Feature; sheet: Projection }) {
  const { situation } = useCommand()
  return <path className={`district signal-${signalIn(feature, situation.alerts)}`} d={pathOf(rings(feature.geometry), sheet, true)} fillRule="evenodd" />
}

/** Names lie over the marks: where a storm is, marks are thickest. */
export function DistrictName({ feature, sheet, pixel }: { feature: Feature } & On) {
  const { situation, names } = useCommand()
  const rank = signalIn(feature, situation.alerts)
  const [x, y] = middle(rings(feature.geometry), sheet)
  return (
    <text className="district-name" y={y} fontSize={13 * pixel} strokeWidth={4 * pixel} textAnchor="middle">
      <tspan x={x}>{names(codeOf(feature))}</tspan>{rank > 0 && <tspan x={x} dy="1.15em">{COLOURS[rank - 1]}</tspan>}
    </text>
  )
}

export function Roads({ roads, sheet }: { roads: Features; sheet: Projection }) {
  return <>{roads.features.map((road, at) => <path key={at} className={`road ${road.properties['closed'] ? 'closed' : ''}`} d={pathOf(lines(road.geometry), sheet, false)} />)}</>
}

const GLYPHS: Record<StationLevel, string> = { over: 'M0-9L8.5 7H-8.5Z', warn: 'M0-8L8 0L0 8L-8 0Z', unknown: 'M-7-7H7V7H-7Z', normal: 'M-3.5 0A3.5 3.5 0 1 0 3.5 0A3.5 3.5 0 1 0-3.5 0Z' }

export function StationMark({ station, state, sheet, pixel }: { station: MapStation; state: StationLevel } & On) {
  const [sign, word] = STATION_STATES[state]
  return (
    <Mark point={station} subject={{ kind: 'station', id: station.station_id, metric: null, at: null }} name={`${station.name}：${word}`} sheet={sheet} pixel={pixel} className={`station m-${state}`}>
      <path d={GLYPHS[state]} />
      {state === 'unknown' && <text className="sign" y="5" fontSize="13" textAnchor="middle">{sign}</text>}
    </Mark>
  )
}

/** A pentagon. */
export const RISK = 'M0-6L6-1.5L4 6H-4L-6-1.5Z'

export function RiskMark({ risk, severity, sheet, pixel }: { risk: MapRisk; severity: ExposedPoint['severity'] | undefined } & On) {
  return (
    <Mark point={risk} subject={{ kind: 'risk', id: risk.risk_id }} name={`风险点 ${risk.name}${severity === 'now' ? '：已受影响' : ''}`} sheet={sheet} pixel={pixel} className={`risk r-${severity ?? 'none'}`}>
      <path d={RISK} />
      {severity === 'now' && <text className="sign" y="4" fontSize="11" textAnchor="middle">!</text>}
    </Mark>
  )
}

/** Off the gauge that people call about, in pixels: both are seen. */
const BESIDE = 8

/** Where citizens call from; it stands at its place, else beside the station nearest to it. */
export function ClusterMark({ cluster, near, sheet, pixel }: { cluster: Cluster; near: MapStation | undefined } & On) {
  const lon = cluster.lon ?? near?.lon
  const lat = cluster.lat ?? near?.lat
  if (lon == null || lat == null) return null
  return (
    <Mark point={{ lon, lat, name: cluster.place }} subject={{ kind: 'cluster', id: cluster.cluster_id }} name={`群众报告 ${cluster.place} ${cluster.kind} ${cluster.count}件${cluster.unseen ? '，站点未见' : ''}`} sheet={sheet} pixel={pixel} className={`cluster ${cluster.unseen ? 'unseen' : ''}`}>
      <circle cx={BESIDE} cy={-BESIDE} r={5 + Math.min(5, cluster.count)} /><text className="sign" x={BESIDE} y={4 - BESIDE} fontSize="11" textAnchor="middle">{cluster.count}</text>
    </Mark>
  )
}

export function PlaceMark({ point, sign, sheet, pixel }: { point: MapPoint; sign: string } & On) {
  const [x, y] = sheet.project(point.lon, point.lat)
  return <g className="placed" transform={`translate(${x} ${y}) scale(${pixel.toFixed(3)})`}><title>{point.name}</title><rect x="-8" y="-8" width="16" height="16" rx="3" /><text y="4.5" fontSize="12" textAnchor="middle">{sign}</text></g>
}

/** A mark keeps its size at every zoom, and opens what it stands for by click, Enter or space. */
function Mark({ point, subject, name, className, sheet, pixel, children }: { point: MapPoint; subject: Subject; name: string; className: string; children: ReactNode } & On) {
  const look = useLook()
  const [x, y] = sheet.project(point.lon, point.lat)
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    look(subject)
  }
  return (
    <g className={`mark ${className}`} transform={`translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${pixel.toFixed(3)})`} role="button" tabIndex={0} aria-label={name} onClick={() => look(subject)} onKeyDown={onKey}>
      <title>{name}</title>{children}
    </g>
  )
}
