import type { KeyboardEvent, ReactNode } from 'react'
import { useCommand, useLook } from '../command'
import { STATION_STATES } from '../state/levels'
import type { Subject } from '../state/place'
import { lines, middle, pathOf, rings, type Projection } from '../state/projection'
import type { Cluster, ExposedPoint, Feature, Features, MapPoint, MapRisk, MapStation, StationLevel } from '../types'

interface On { sheet: Projection; zoom: number }

/** A district, tinted by the highest signal in force in it. */
export function District({ feature, sheet, zoom }: { feature: Feature } & On) {
  const { situation } = useCommand()
  const code = String(feature.properties['code'] ?? feature.properties['district_code'])
  const name = String(feature.properties['name'] ?? feature.properties['district'] ?? code)
  const rank = Math.max(0, ...situation.alerts.filter((alert) => alert.districts.includes(code)).map((alert) => '蓝黄橙红'.indexOf(alert.colour) + 1))
  const parts = rings(feature.geometry)
  const [x, y] = middle(parts, sheet)
  return <>
    <path className={`district signal-${rank}`} d={pathOf(parts, sheet, true)} fillRule="evenodd" />
    <text className="district-name" x={x} y={y} fontSize={20 / zoom} textAnchor="middle">{name}{rank ? ` ${'蓝黄橙红'[rank - 1]}` : ''}</text>
  </>
}

export function Roads({ roads, sheet }: { roads: Features; sheet: Projection }) {
  return <>{roads.features.map((road, at) => <path key={at} className={`road ${road.properties['closed'] ? 'closed' : ''}`} d={pathOf(lines(road.geometry), sheet, false)} />)}</>
}

const GLYPHS: Record<StationLevel, string> = { over: 'M0-13L12 10H-12Z', warn: 'M0-11L11 0L0 11L-11 0Z', unknown: 'M-9-9H9V9H-9Z', normal: 'M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z' }

export function StationMark({ station, state, sheet, zoom }: { station: MapStation; state: StationLevel } & On) {
  const [sign, word] = STATION_STATES[state]
  return (
    <Mark point={station} subject={{ kind: 'station', id: station.station_id, metric: null, at: null }} name={`${station.name}：${word}`} sheet={sheet} zoom={zoom} className={`station m-${state}`}>
      <path d={GLYPHS[state]} />
      {state === 'unknown' && <text className="sign" y="5" fontSize="14" textAnchor="middle">{sign}</text>}
    </Mark>
  )
}

export function RiskMark({ risk, severity, sheet, zoom }: { risk: MapRisk; severity: ExposedPoint['severity'] | undefined } & On) {
  return (
    <Mark point={risk} subject={{ kind: 'risk', id: risk.risk_id }} name={`风险点 ${risk.name}${severity === 'now' ? '：正受影响' : ''}`} sheet={sheet} zoom={zoom} className={`risk r-${severity ?? 'none'}`}>
      <path d="M0-8L8-2L5 8H-5L-8-2Z" />
      {severity === 'now' && <text className="sign" y="5" fontSize="12" textAnchor="middle">!</text>}
    </Mark>
  )
}

/** Where citizens call from; it stands at its place, else beside the station nearest to it. */
export function ClusterMark({ cluster, near, sheet, zoom }: { cluster: Cluster; near: MapStation | undefined } & On) {
  const lon = cluster.lon ?? near?.lon
  const lat = cluster.lat ?? near?.lat
  if (lon == null || lat == null) return null
  return (
    <Mark point={{ lon, lat, name: cluster.place }} subject={{ kind: 'cluster', id: cluster.cluster_id }} name={`群众报告 ${cluster.place} ${cluster.kind} ${cluster.count}件${cluster.unseen ? '，站点未见' : ''}`} sheet={sheet} zoom={zoom} className={`cluster ${cluster.unseen ? 'unseen' : ''}`}>
      <circle r="12" /><text className="sign" y="5" fontSize="14" textAnchor="middle">{cluster.count}</text>
    </Mark>
  )
}

export function PlaceMark({ point, sign, sheet, zoom }: { point: MapPoint; sign: string } & On) {
  const [x, y] = sheet.project(point.lon, point.lat)
  return <g className="placed" transform={`translate(${x} ${y}) scale(${1 / zoom})`}><title>{point.name}</title><rect x="-9" y="-9" width="18" height="18" rx="3" /><text y="5" fontSize="13" textAnchor="middle">{sign}</text></g>
}

/** A mark keeps its size at every zoom, and opens what it stands for by click, Enter or space. */
function Mark({ point, subject, name, className, sheet, zoom, children }: { point: MapPoint; subject: Subject; name: string; className: string; children: ReactNode } & On) {
  const look = useLook()
  const [x, y] = sheet.project(point.lon, point.lat)
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    look(subject)
  }
  return (
    <g className={`mark ${className}`} transform={`translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${1 / zoom})`} role="button" tabIndex={0} aria-label={name} onClick={() => look(subject)} onKeyDown={onKey}>
      <title>{name}</title>{children}
    </g>
  )
}
