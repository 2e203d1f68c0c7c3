import { Button } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { moment, timeOfDay } from '../../state/format'
import { useCommand } from '../command'
import { levelName, numeral } from '../state/levels'
import { bands, clustered, gravest, hours, MARKS, momentOf, share, stepOf, steps } from '../state/timeline'
import { plain } from '../state/plain'
import type { Mark, Timeline } from '../types'

const PLAY_MS = 900
const SETTLE_MS = 120

/** The whole event on one line. Dragging replays a past moment; its end is the present. */
export function TimelineBar() {
  const { timeline } = useCommand()
  return timeline ? <Bar timeline={timeline} /> : <div className="timeline" aria-label="时间轴" />
}

function Bar({ timeline }: { timeline: Timeline }) {
  const { situation, place } = useCommand()
  const scrub = useScrub(timeline)
  const at = place.at ?? timeline.to
  return (
    <section className="timeline" aria-label="时间轴">
      <div className="timeline-play">
        <Button size="small" aria-pressed={scrub.playing} onClick={scrub.toggle}>{scrub.playing ? '❚❚ 暂停' : '▶ 回放'}</Button>
        <span className={situation.live ? 'live' : 'past'}>{situation.live ? '● 实时' : timeOfDay(situation.at)}</span>
      </div>
      <div className="timeline-line">
        <div className="hours" aria-hidden="true">{hours(timeline).map((hour) => <span key={hour} style={{ left: `${share(hour, timeline) * 100}%` }}>{timeOfDay(hour) === '00:00' ? moment(hour).split(' ')[0] : timeOfDay(hour)}</span>)}</div>
        {situation.picture.hazards.map(({ hazard, name }) => (
          <div key={hazard} className="band-row"><small>{name}</small>
            {bands(timeline.levels, hazard, timeline.to).map((band) => (
              <span
                key={band.from} className={`band lv-${band.level}`} title={`${name}${levelName(band.level)} ${moment(band.from)} 至 ${moment(band.to)}`}
                style={{ left: `${share(band.from, timeline) * 100}%`, width: `${(share(band.to, timeline) - share(band.from, timeline)) * 100}%` }}
              >{numeral(band.level)}</span>
            ))}
          </div>
        ))}
        <Marks timeline={timeline} />
        <span className="cursor" style={{ left: `${share(at, timeline) * 100}%` }} aria-hidden="true" />
        <input
          type="range" aria-label="回放时刻" min={0} max={steps(timeline)} step={1} value={scrub.step} aria-valuetext={momentOf(scrub.step, timeline) ? moment(momentOf(scrub.step, timeline)) : '实时'}
          onChange={(event) => scrub.set(Number(event.target.value))} onBlur={scrub.settle}
        />
      </div>
    </section>
  )
}

function Marks({ timeline }: { timeline: Timeline }) {
  const { go } = useCommand()
  return (
    <div className="mark-rows">
      {clustered(timeline).map(({ row, share: at, marks }) => (
        <button
          key={`${row}-${at}`} type="button" tabIndex={-1} className={`tick row-${row} k-${gravest(marks)}`} style={{ left: `${at * 100}%` }}
          title={marks.map(said).join('\n')} aria-label={marks.map(said).join('；')} onClick={() => go({ at: marks[0]?.at ?? null })}
        >{MARKS[gravest(marks)][0]}</button>
      ))}
    </div>
  )
}

function said(mark: Mark): string {
  return `${moment(mark.at)} ${MARKS[mark.kind][1]}：${plain(mark.text)}`
}

/** Playing takes about a minute, however long the event was. */
function stride(timeline: Timeline): number {
  return Math.ceil(steps(timeline) / 72)
}

/** The scrubber's place follows the hand at once, the address when the hand rests; playing steps to the present. */
function useScrub(timeline: Timeline) {
  const { place, go } = useCommand()
  const [held, setHeld] = useState<number | null>(null)
  const [playing, setPlaying] = useState(false)
  const step = held ?? stepOf(place.at, timeline)
  const settle = useCallback(() => {
    if (held === null) return
    go({ at: momentOf(held, timeline) })
    setHeld(null)
  }, [held, timeline, go])
  useEffect(() => {
    const timer = setTimeout(settle, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [settle])
  useEffect(() => {
    if (!playing) return
    if (step >= steps(timeline)) {
      setPlaying(false)
      return
    }
    const timer = setTimeout(() => go({ at: momentOf(step + stride(timeline), timeline) }), PLAY_MS)
    return () => clearTimeout(timer)
  }, [playing, step, timeline, go])
  const toggle = () => {
    if (!playing && place.at === null) go({ at: momentOf(0, timeline) })
    setPlaying(!playing)
  }
  return { step, playing, toggle, settle, set: (next: number) => { setPlaying(false); setHeld(next) } }
}
