import { Button, Checkbox } from 'antd'
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { ClusterMark, District, DistrictName, PlaceMark, RISK, RiskMark, Roads, StationMark } from '../components/MapMarks'
import { useCommand } from '../command'
import { STATION_STATES } from '../state/levels'
import { around, boundsOf, inside, projection, rings, WHOLE, zoomed, type Projection, type View } from '../state/projection'
import type { CityMap, StationLevel } from '../types'

const LAYERS = { risks: '风险点', clusters: '群众报告', shelters: '避护场所', teams: '队伍', roads: '道路' } as const
type Layer = keyof typeof LAYERS
const STEP = 1.5
/** Marks on the wall are read from farther away. */
const WALL = 1.6

/** The city on its own sheet: no tiles, no other host. Marks tell their state by shape, sign and colour. */
export function CityMapPane() {
  const { map, place } = useCommand()
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
        {(Object.keys(LAYERS) as Layer[]).map((layer) => <Checkbox key={layer} checked={shown.has(layer)} onChange={() => toggle(layer)}>{LAYERS[layer]}<LayerSign layer={layer} /></Checkbox>)}
        <span className="map-legend">
          {place.wall && (['risks', 'clusters'] as const).map((layer) => <span key={layer}><LayerSign layer={layer} />{LAYERS[layer]}</span>)}
          {(Object.keys(STATION_STATES) as StationLevel[]).map((state) => <span key={state} className={`sst-${state}`}>{STATION_STATES[state].join('')}</span>)}</span>
      </div>
    </section>
  )
}

/** What a layer looks like on the sheet, for those whose name is not written on it. */
function LayerSign({ layer }: { layer: Layer }) {
  if (layer !== 'risks' && layer !== 'clusters') return null
  return <svg className="layer-sign" viewBox="-8 -8 16 16" aria-hidden="true">{layer === 'risks' ? <path d={RISK} /> : <circle r="6" />}</svg>
}

function Sheet({ map, shown }: { map: CityMap; shown: ReadonlySet<Layer> }) {
  const sheet = useMemo(() => sheetOf(map), [map])
  const [view, setView] = useState<View>(WHOLE)
  const drag = useDrag(sheet, view, setView)
  const frame = useRef<SVGSVGElement>(null)
  const { situation, place } = useCommand()
  const pixel = (usePixel(frame, sheet) / view.zoom) * (place.wall ? WALL : 1)
  const odd = new Set(situation.stations.filter((row) => row.state !== 'normal').map((row) => row.station_id))
  const focus = () => setView(around(map.stations.filter((item) => odd.has(item.station_id)).map(({ lon, lat }) => sheet.project(lon, lat)), sheet))
  const zoomBy = (by: number) => setView((before) => zoomed(before, by, [before.x + sheet.width / before.zoom / 2, before.y + sheet.height / before.zoom / 2], sheet))
  return <>
    <svg
      className="sheet" viewBox={`${view.x} ${view.y} ${sheet.width / view.zoom} ${sheet.height / view.zoom}`}
      role="group" aria-label="区县、站点与风险点" ref={frame} {...drag}
    >
      <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" className="hatch-ground" /><rect width="2.5" height="6" className="hatch-line" /></pattern></defs>
      {map.districts.features.map((feature, at) => <District key={at} feature={feature} sheet={sheet} />)}
      {shown.has('roads') && <Roads roads={map.roads} sheet={sheet} />}
      <Marks map={map} shown={shown} sheet={sheet} pixel={pixel} />
      {map.districts.features.map((feature, at) => <DistrictName key={at} feature={feature} sheet={sheet} pixel={pixel} />)}
    </svg>
    <div className="map-zoom">
      <Button size="small" aria-label="放大" onClick={() => zoomBy(STEP)}>＋</Button>
      <Button size="small" aria-label="缩小" onClick={() => zoomBy(1 / STEP)}>－</Button>
      <Button size="small" title="放大到有异常的站点" onClick={focus}>聚焦</Button>
      <Button size="small" onClick={() => setView(WHOLE)}>全图</Button>
    </div>
  </>
}

/** What matters most is drawn last, so nothing lies over it. */
function Marks({ map, shown, sheet, pixel }: { map: CityMap; shown: ReadonlySet<Layer>; sheet: Projection; pixel: number }) {
  const { situation, judgment } = useCommand()
  const states = new Map<string, StationLevel>()
  for (const row of situation.stations) states.set(row.station_id, worse(states.get(row.station_id), row.state))
  const stations = [...map.stations].sort((a, b) => weight(states.get(a.station_id)) - weight(states.get(b.station_id)))
  const exposed = new Map(judgment?.risk_points.map((point) => [point.risk_id, point.severity]))
  const places = new Map(map.stations.map((station) => [station.station_id, station]))
  return <>
    {shown.has('shelters') && map.shelters.map((item) => <PlaceMark key={item.shelter_id} point={item} sign="避" sheet={sheet} pixel={pixel} />)}
    {shown.has('teams') && map.teams.map((item) => <PlaceMark key={item.team_id} point={item} sign="队" sheet={sheet} pixel={pixel} />)}
    {shown.has('risks') && map.risk_points.map((item) => <RiskMark key={item.risk_id} risk={item} severity={exposed.get(item.risk_id)} sheet={sheet} pixel={pixel} />)}
    {shown.has('clusters') && situation.clusters.map((item) => <ClusterMark key={item.cluster_id} cluster={item} near={places.get(item.nearest_station ?? '')} sheet={sheet} pixel={pixel} />)}
    {stations.map((item) => <StationMark key={item.station_id} station={item} state={states.get(item.station_id) ?? 'unknown'} sheet={sheet} pixel={pixel} />)}
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

/** How many units of the sheet a pixel of the screen is, at no zoom: marks and names keep their size on the screen. */
function usePixel(frame: RefObject<SVGSVGElement | null>, sheet: Projection): number {
  const [pixel, setPixel] = useState(1)
  useEffect(() => {
    const box = frame.current
    if (!box) return
    const watch = new ResizeObserver(() => setPixel(Math.max(sheet.width / Math.max(1, box.clientWidth), sheet.height / Math.max(1, box.clientHeight))))
    watch.observe(box)
    return () => watch.disconnect()
  }, [frame, sheet])
  return pixel
}

/** Drag moves the window; the wheel enlarges around the pointer. */
function useDrag(sheet: Projection, view: View, setView: (view: View) => void) {
  const from = useRef<{ x: number; y: number; view: View } | null>(null)
  const spot = (event: React.WheelEvent<SVGSVGElement>): [number, number] => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(event.currentTarget.getScreenCTM()?.inverse())
    return [at.x, at.y]
  }
  return {
    onPointerDown: (event: React.PointerEvent<SVGSVGElement>) => { from.current = { x: event.clientX, y: event.clientY, view } },
    onPointerMove: (event: React.PointerEvent<SVGSVGElement>) => {
      const start = from.current
      if (!start || !event.buttons || view.zoom === 1) return
      const scale = 1 / (event.currentTarget.getScreenCTM()?.a ?? 1)
      setView(inside({ ...start.view, x: start.view.x - (event.clientX - start.x) * scale, y: start.view.y - (event.clientY - start.y) * scale }, sheet))
    },
    onPointerUp: () => { from.current = null },
    onWheel: (event: React.WheelEvent<SVGSVGElement>) => setView(zoomed(view, event.deltaY < 0 ? STEP : 1 / STEP, spot(event), sheet)),
  }
}
