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
    <div className="cmd-top"><LevelStrip onDecide={() => undefined} /><Countdowns /></div>
    <StatusBar theme={theme} setTheme={setTheme} />
    <main className="wall-columns">
      <CityMapPane />
      <div className="pane wall-list"><Advice /><MetNow /><NotKnown /><Alerts /></div>
      <div className="pane wall-list"><News most={8} /><CallsNow /><OpenCalls /></div>
    </main>
    <TimelineBar />
  </>
}

function OpenCalls() {
  const now = useClock()
  const { place } = useCommand()
  const calls = orderedCalls(useCalls(place.at).data?.items ?? [], now).filter((call) => stateAt(call, now) !== 'acknowledged')
  return <ul className="call-rows">{calls.slice(0, 5).map((call) => <CallRow key={call.contact_id + call.signal} call={call} caller="" />)}</ul>
}
