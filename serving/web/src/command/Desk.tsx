import { useState } from 'react'
import { BriefingPane } from './briefing/BriefingPane'
import { useClock, useCommand } from './command'
import { DecisionDialog } from './components/DecisionDialog'
import { Countdowns, LevelStrip } from './components/LevelStrip'
import { StatusBar } from './components/StatusBar'
import { TimelineBar } from './components/TimelineBar'
import { useCalls } from './hooks/queries'
import type { Theme } from './hooks/useTheme'
import { CallsPane } from './panes/CallsPane'
import { CityMapPane } from './panes/CityMapPane'
import { Inspector } from './panes/Inspector'
import { JudgmentPane } from './panes/JudgmentPane'
import { NowPane } from './panes/NowPane'
import { TriggerTable } from './panes/TriggerTable'
import { callCounts } from './state/calls'
import { counts } from './state/conditions'
import type { Pane } from './state/place'

/** Levels above, map and evidence on the left, one of five panes on the right, the event's line below. A phone stacks them. */
export function Desk({ theme, setTheme }: { theme: Theme; setTheme: (theme: Theme) => void }) {
  const { situation, place } = useCommand()
  const [deciding, setDeciding] = useState<string | null>(null)
  const hazard = situation.picture.hazards.find((item) => item.hazard === deciding)
  return <>
    <div className="cmd-top"><LevelStrip onDecide={setDeciding} /><Countdowns /></div>
    <StatusBar theme={theme} setTheme={setTheme} />
    <PaneTabs />
    <main className="cmd-columns">
      <div className="cmd-left"><CityMapPane /><Inspector /></div>
      <div className="cmd-main pane">
        {(place.pane === 'now' || place.pane === 'map') && <NowPane />}
        {place.pane === 'table' && <TriggerTable />}
        {place.pane === 'judgment' && <JudgmentPane />}
        {place.pane === 'briefing' && <BriefingPane />}
        {place.pane === 'calls' && <CallsPane />}
      </div>
    </main>
    <TimelineBar />
    {hazard && <DecisionDialog hazard={hazard} onClose={() => setDeciding(null)} />}
  </>
}

const NAMES: Record<Pane, string> = { now: '态势', table: '条件', judgment: '研判', briefing: '文件', calls: '叫应', map: '地图' }

function PaneTabs() {
  const { situation, place, go } = useCommand()
  const now = useClock()
  const count = counts(situation.picture)
  const overdue = callCounts(useCalls(place).data?.items ?? [], now).overdue
  const notes: Partial<Record<Pane, string>> = { table: `${count.met}●${count.unknown ? ` ${count.unknown}?` : ''}`, calls: overdue ? `✕${overdue}` : '' }
  return (
    <nav className="pane-tabs" aria-label="指挥台各栏">
      {(Object.keys(NAMES) as Pane[]).map((pane) => (
        <button key={pane} type="button" className={`tab-${pane}`} aria-current={place.pane === pane ? 'page' : undefined} onClick={() => go({ pane })}>{NAMES[pane]}{notes[pane] && <small>{notes[pane]}</small>}</button>
      ))}
    </nav>
  )
}
