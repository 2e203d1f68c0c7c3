import { timeOfDay } from '../../state/format'
import { figure, number, unitName } from '../state/conditions'
import type { Series } from '../types'

const WIDTH = 420
const HEIGHT = 170
const LEFT = 40
const BOTTOM = 18
const TOP = 8

/** One station's figures of the last hours with the levels they are held against; suspect ones hollow, gaps left open. */
export function Chart({ series, marked }: { series: Series; marked: string | null }) {
  const points = series.points.filter((point): point is [string, number, string] => point[1] !== null)
  if (!points.length) return <p className="quiet">这段时间没有读数。</p>
  const times = series.points.map(([time]) => Date.parse(time))
  const [from, to] = [Math.min(...times), Math.max(...times)]
  const values = [...points.map(([, value]) => value), ...series.references.map(({ value }) => value)]
  const bars = series.metric.startsWith('rain')
  const low = bars ? 0 : Math.min(...values)
  const high = Math.max(...values, low + 0.1)
  const x = (time: string) => LEFT + ((Date.parse(time) - from) / Math.max(1, to - from)) * (WIDTH - LEFT - 8)
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${series.station_id} 近时段过程线，最新 ${figure(points.at(-1)?.[1] ?? 0, series.unit)}`}>
      {[low, (low + high) / 2, high].map((value) => (
        <g key={value}><line x1={LEFT} x2={WIDTH - 8} y1={y(value)} y2={y(value)} className="grid" /><text x={LEFT - 4} y={y(value) + 4} textAnchor="end">{number(value)}</text></g>
      ))}
      <text x={LEFT} y={HEIGHT - 4}>{timeOfDay(series.points[0]?.[0])}</text>
      <text x={WIDTH - 8} y={HEIGHT - 4} textAnchor="end">{timeOfDay(series.points.at(-1)?.[0])} {unitName(series.unit)}</text>
      {bars ? <Bars points={points} x={x} y={y} /> : <path className="line" d={path(series, x, y)} />}
      {points.filter(([, , quality]) => quality !== 'good').map(([time, value]) => <circle key={time} cx={x(time)} cy={y(value)} r="4" className="suspect" />)}
      {series.references.map(({ name, value }) => (
        <g key={name} className="reference"><line x1={LEFT} x2={WIDTH - 8} y1={y(value)} y2={y(value)} /><text x={WIDTH - 10} y={y(value) - 3} textAnchor="end">{name} {number(value)}</text></g>
      ))}
      {points.filter(([time]) => marked && Date.parse(time) === Date.parse(marked)).map(([time, value]) => (
        <g key={time} className="chart-here"><line x1={x(time)} x2={x(time)} y1={TOP} y2={HEIGHT - BOTTOM} /><circle cx={x(time)} cy={y(value)} r="5" /></g>
      ))}
    </svg>
  )
}

function Bars({ points, x, y }: { points: [string, number, string][]; x: (time: string) => number; y: (value: number) => number }) {
  const width = Math.max(1, (WIDTH - LEFT) / Math.max(12, points.length) - 1)
  return <>{points.map(([time, value]) => <rect key={time} className="bar" x={x(time) - width} y={y(value)} width={width} height={Math.max(0, y(0) - y(value))} />)}</>
}

/** A line that breaks where a value is missing. */
function path(series: Series, x: (time: string) => number, y: (value: number) => number): string {
  let open = false
  return series.points.map(([time, value]) => {
    const step = value === null ? '' : `${open ? 'L' : 'M'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`
    open = value !== null
    return step
  }).join('')
}
