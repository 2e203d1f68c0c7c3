import { useClock, useCommand } from './command'
import { Countdowns, LevelStrip } from './components/LevelStrip'
import { StatusBar } from './components/StatusBar'
import { TimelineBar } from './components/TimelineBar'
import { useCalls } from './hooks/queries'
import type { Theme } from './hooks/useTheme'
import { CallRow } from './panes/CallsPane'
import { CityMapPane } from './panes/CityMapPane'
import { Advice, Alerts, CallsNow, MetNow, News, NotKnown } from './panes/NowPane'
import { orderedCalls, stateAt } from './state/calls'

/** For the wall: read from four metres, nothing to press. */
export function Wall({ theme, setTheme }: { theme: Theme; setTheme: (theme: Theme) => void }) {
  return <>
    <header className="cmd-top"><h1 className="unseen">指挥台大屏</h1><LevelStrip onDecide={() => undefined} /><Countdowns /></header>
    <StatusBar theme={theme} setTheme={setTheme} />
    <main className="wall-columns">
      <CityMapPane />
      <div className="pane wall-list"><Advice /><MetNow /><Alerts /><NotKnown /></div>
      <div className="pane wall-list"><CallsNow /><OpenCalls /><News most={8} /></div>
    </main>
    <TimelineBar />
  </>
}

const OPEN_CALLS = 3

function OpenCalls() {
  const now = useClock()
  const { place } = useCommand()
  const calls = orderedCalls(useCalls(place).data?.items ?? [], now).filter((call) => stateAt(call, now) !== 'acknowledged')
  return <ul className="call-rows">{calls.slice(0, OPEN_CALLS).map((call) => <CallRow key={call.contact_id + call.signal} call={call} />)}</ul>
}
