import { Button, Checkbox } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { District, ClusterMark, PlaceMark, RiskMark, Roads, StationMark } from '../components/MapMarks'
import { useCommand } from '../command'
import { STATION_STATES } from '../state/levels'
import { boundsOf, inside, projection, rings, WHOLE, zoomed, type Projection, type View } from '../state/projection'
import type { CityMap, StationLevel } from '../types'

const LAYERS = { risks: '风险点', clusters: '群众报告', shelters: '避护场所', teams: '队伍', roads: '道路' } as const
type Layer = keyof typeof LAYERS
const STEP = 1.5

/** The city on its own sheet: no tiles, no other host. Marks tell their state by shape, sign and colour. */
export function CityMapPane() {
  const { map } = useCommand()
  const [shown, setShown] = useState<ReadonlySet<Layer>>(new Set(['risks', 'clusters']))
  const toggle = (layer: Layer) => setShown((before) => {
    const after = new Set(before)
    if (!after.delete(layer)) after.add(layer)
    return after
  })
  return (
    <section className="map-pane" aria-label="地图">
      {map ? <Sheet map={map} shown={shown} /> : <p className="quiet">正在载入地图…</p>}
      <div className="map-layers" role="group" aria-label="图层">
        {(Object.keys(LAYERS) as Layer[]).map((layer) => <Checkbox key={layer} checked={shown.has(layer)} onChange={() => toggle(layer)}>{LAYERS[layer]}</Checkbox>)}
        <span className="map-legend">{(Object.keys(STATION_STATES) as StationLevel[]).map((state) => <span key={state} className={`sst-${state}`}>{STATION_STATES[state].join('')}</span>)}</span>
      </div>
    </section>
  )
}

function Sheet({ map, shown }: { map: CityMap; shown: ReadonlySet<Layer> }) {
  const sheet = useMemo(() => sheetOf(map), [map])
  const [view, setView] = useState<View>(WHOLE)
  const drag = useDrag(sheet, view, setView)
  const zoomBy = (by: number) => setView((before) => zoomed(before, by, [before.x + sheet.width / before.zoom / 2, before.y + sheet.height / before.zoom / 2], sheet))
  return <>
    <svg
      className="sheet" viewBox={`${view.x} ${view.y} ${sheet.width / view.zoom} ${sheet.height / view.zoom}`}
      role="group" aria-label="区县、站点与风险点" {...drag}
    >
      <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" className="hatch-ground" /><rect width="2.5" height="6" className="hatch-line" /></pattern></defs>
      {map.districts.features.map((feature, at) => <District key={at} feature={feature} sheet={sheet} zoom={view.zoom} />)}
      {shown.has('roads') && <Roads roads={map.roads} sheet={sheet} />}
      <Marks map={map} shown={shown} sheet={sheet} zoom={view.zoom} />
    </svg>
    <div className="map-zoom">
      <Button size="small" aria-label="放大" onClick={() => zoomBy(STEP)}>＋</Button>
      <Button size="small" aria-label="缩小" onClick={() => zoomBy(1 / STEP)}>－</Button>
      <Button size="small" onClick={() => setView(WHOLE)}>全图</Button>
    </div>
  </>
}

/** What matters most is drawn last, so nothing lies over it. */
function Marks({ map, shown, sheet, zoom }: { map: CityMap; shown: ReadonlySet<Layer>; sheet: Projection; zoom: number }) {
  const { situation, judgment } = useCommand()
  const states = new Map<string, StationLevel>()
  for (const row of situation.stations) states.set(row.station_id, worse(states.get(row.station_id), row.state))
  const stations = [...map.stations].sort((a, b) => weight(states.get(a.station_id)) - weight(states.get(b.station_id)))
  const exposed = new Map(judgment?.risk_points.map((point) => [point.risk_id, point.severity]))
  const places = new Map(map.stations.map((station) => [station.station_id, station]))
  return <>
    {shown.has('shelters') && map.shelters.map((item) => <PlaceMark key={item.shelter_id} point={item} sign="避" sheet={sheet} zoom={zoom} />)}
    {shown.has('teams') && map.teams.map((item) => <PlaceMark key={item.team_id} point={item} sign="队" sheet={sheet} zoom={zoom} />)}
    {shown.has('risks') && map.risk_points.map((item) => <RiskMark key={item.risk_id} risk={item} severity={exposed.get(item.risk_id)} sheet={sheet} zoom={zoom} />)}
    {stations.map((item) => <StationMark key={item.station_id} station={item} state={states.get(item.station_id) ?? 'unknown'} sheet={sheet} zoom={zoom} />)}
    {shown.has('clusters') && situation.clusters.map((item) => <ClusterMark key={item.cluster_id} cluster={item} near={places.get(item.nearest_station ?? '')} sheet={sheet} zoom={zoom} />)}
  </>
}

const WEIGHTS: StationLevel[] = ['normal', 'unknown', 'warn', 'over']

function weight(state: StationLevel | undefined): number {
  return state ? WEIGHTS.indexOf(state) : 0
}

function worse(a: StationLevel | undefined, b: StationLevel): StationLevel {
  return a && weight(a) > weight(b) ? a : b
}

/** The sheet holds every district, or, where none came, every station. */
function sheetOf(map: CityMap): Projection {
  const corners = map.districts.features.flatMap((feature) => rings(feature.geometry).flat())
  const spots = corners.length ? corners : map.stations.map(({ lon, lat }) => [lon, lat] as const)
  return projection(boundsOf(spots))
}

/** Drag moves the window; the wheel with Ctrl (or a pinch) enlarges around the pointer. */
function useDrag(sheet: Projection, view: View, setView: (view: View) => void) {
  const from = useRef<{ x: number; y: number; view: View } | null>(null)
  const spot = (event: { clientX: number; clientY: number; currentTarget: SVGSVGElement }): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect()
    return [view.x + ((event.clientX - box.left) / box.width) * (sheet.width / view.zoom), view.y + ((event.clientY - box.top) / box.height) * (sheet.height / view.zoom)]
  }
  return {
    onPointerDown: (event: React.PointerEvent<SVGSVGElement>) => { from.current = { x: event.clientX, y: event.clientY, view } },
    onPointerMove: (event: React.PointerEvent<SVGSVGElement>) => {
      const start = from.current
      if (!start || !event.buttons || view.zoom === 1) return
      const scale = sheet.width / view.zoom / event.currentTarget.getBoundingClientRect().width
      setView(inside({ ...start.view, x: start.view.x - (event.clientX - start.x) * scale, y: start.view.y - (event.clientY - start.y) * scale }, sheet))
    },
    onPointerUp: () => { from.current = null },
    onWheel: (event: React.WheelEvent<SVGSVGElement>) => event.ctrlKey && setView(zoomed(view, event.deltaY < 0 ? STEP : 1 / STEP, spot(event), sheet)),
  }
}
