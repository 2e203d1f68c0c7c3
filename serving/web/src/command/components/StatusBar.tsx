import { Button } from 'antd'
import { useState } from 'react'
import { moment } from '../../state/format'
import { useClock, useCommand } from '../command'
import { useNow } from '../hooks/useNow'
import type { Theme } from '../hooks/useTheme'
import { old, sourceLine, sourceName } from '../state/freshness'
import { Problems } from './Problems'
import { StormsDialog } from './StormsDialog'

const THEMES: Record<Theme, [next: Theme, name: string]> = { auto: ['dark', '随系统'], dark: ['light', '深色'], light: ['auto', '浅色'] }

/** The event, its clock, every source with its age, and the way to the other layouts. */
export function StatusBar({ theme, setTheme }: { theme: Theme; setTheme: (theme: Theme) => void }) {
  const { situation, place, go } = useCommand()
  const now = useClock()
  const [storms, setStorms] = useState(false)
  const [next, name] = THEMES[theme]
  return (
    <section className="cmd-status" aria-label="场次与数据">
      {situation.event.exercise && <b className="exercise">演练</b>}
      <button type="button" className="link event" title={`${situation.event.title}：场次`} onClick={() => setStorms(true)}>{situation.event.exercise ? situation.event.title.replace(/^演练：/, '') : situation.event.title}</button>
      {storms && <StormsDialog onClose={() => setStorms(false)} />}
      <time className="event-now">{moment(new Date(now).toISOString())}</time>
      <ul className="sources" aria-label="数据来源与时效">
        <li className="src-all">● {situation.sources.filter((source) => source.state === 'ok').length} 路数据正常</li>
        {situation.sources.map((source) => (
          <li key={source.name} className={`src-${source.state}`} title={source.why || undefined}>{sourceName(source.name)} {sourceLine(source, now, situation.live)}{!!source.problems_count && <Problems source={source} />}</li>
        ))}
      </ul>
      <span className="plan" title={`预案版本 ${situation.picture.plan_version}，指纹 ${situation.picture.plan_hash}`}>{situation.event.plan_version}</span>
      <Button size="small" onClick={() => setTheme(next)} aria-label={`外观：${name}，点击切换`}>◐<span className="wide"> 外观：{name}</span></Button>
      <Button size="small" className="wide" onClick={() => go({ wall: !place.wall, pane: 'now' })}>{place.wall ? '退出大屏' : '大屏'}</Button>
    </section>
  )
}

/** What must not be mistaken: a past moment for the present, or an old picture for a live one. */
export function Banners({ connected, heardAt }: { connected: boolean; heardAt: number }) {
  const browserNow = useNow()
  const { situation, place, go } = useCommand()
  return <>
    {(place.at !== null || place.event !== null) && (
      <div className="replay-banner" role="status">
        <b>回放 {moment(situation.at)} · 不是现在</b>
        <span>{place.event && `${situation.event.title}；`}所见为当时已知的情况，之后到达的数据不在其中。</span>
        <Button type="primary" onClick={() => go({ at: null, event: null })}>回到实时</Button>
      </div>
    )}
    {situation.trouble && <p className="plan-trouble" role="alert">⚠ {situation.trouble}</p>}
    {!connected && (
      <div className="lost-banner" role="alert">
        <b>✕ 与服务器断开，所见是 {old((browserNow - heardAt) / 1000)}前的情况（{moment(situation.at)}）</b>
        <span>正在重连，恢复后自动补齐；此间请用电话核实。</span>
      </div>
    )}
  </>
}
