import { App as AntApp, ConfigProvider, theme as antTheme } from 'antd'
import { useMemo, useState } from 'react'
import { Header } from '../components/Header'
import { Others } from '../components/Others'
import { useTickets } from '../hooks/queries'
import { useSelected } from '../hooks/useSelected'
import { CommandContext, type Command } from './command'
import './command.css'
import './map.css'
import './table.css'
import './panes.css'
import './layouts.css'
import { Clock } from './components/Clock'
import { Banners } from './components/StatusBar'
import { Desk } from './Desk'
import { useCityMap, useJudgment, useJudgments, useSituation, useTimeline } from './hooks/queries'
import { useCommandKeys } from './hooks/useCommandKeys'
import { usePlace } from './hooks/usePlace'
import { useStream } from './hooks/useStream'
import { useTheme } from './hooks/useTheme'
import { Keys } from './components/Keys'
import { judgmentAt } from './state/judgments'
import { namesOf } from './state/names'
import type { Situation } from './types'
import { Wall } from './Wall'

/** The commander's page: what is known, what the plan says to it, and what a named person signs. */
export default function CommandPage() {
  const { dark, theme, setTheme } = useTheme()
  const algorithm = dark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm
  const components = dark ? { Button: { primaryColor: '#0a1220' } } : {}
  const token = dark ? { colorPrimary: '#5b9bff', colorError: '#ff8d8d', colorText: '#e8edf4', colorTextSecondary: '#b6c2d2', colorTextPlaceholder: '#a3b1c4', colorBorder: '#5a6a80', colorBgContainer: '#18212e', colorBgElevated: '#1d2837' } : {}
  return (
    <ConfigProvider theme={{ algorithm, token, components }}>
      <AntApp component={false}><Page theme={theme} setTheme={setTheme} /></AntApp>
    </ConfigProvider>
  )
}

function Page({ theme, setTheme }: Pick<ReturnType<typeof useTheme>, 'theme' | 'setTheme'>) {
  const [place, go] = usePlace()
  const [help, setHelp] = useState(false)
  const [, openTicket] = useSelected()
  const query = useSituation(place)
  const situation = query.data
  const stream = useStream(situation?.live ? situation.seq : undefined)
  const command = useCommandOf(situation, place, go, stream.changed)
  const tickets = useTickets('').data?.items ?? []
  const connected = stream.connected && !(query.error && place.at === null && place.event === null)
  useCommandKeys(place, go, () => setHelp(true))
  return (
    <div className={`page cmd pane-${place.pane} ${place.wall ? 'wall' : ''} ${place.at ?? place.event ? 'replaying' : ''}`}>
      {!place.wall && <Header onHelp={() => setHelp(true)} />}
      {!place.wall && <Others rows={tickets} selected={null} onOpen={openTicket} />}
      {command ? (
        <CommandContext.Provider value={command}>
          <Clock situation={command.situation} heardAt={query.dataUpdatedAt}>
            <Banners connected={connected} heardAt={query.dataUpdatedAt} />
            {place.wall ? <Wall theme={theme} setTheme={setTheme} /> : <Desk theme={theme} setTheme={setTheme} />}
          </Clock>
        </CommandContext.Provider>
      ) : <p className={`quiet ${query.error ? 'trouble' : ''}`} role="status">{query.error ? `✕ ${query.error.message}` : '正在读取态势…'}</p>}
      {help && <Keys onClose={() => setHelp(false)} />}
    </div>
  )
}

function useCommandOf(situation: Situation | undefined, place: Command['place'], go: Command['go'], changed: Command['changed']): Command | null {
  const map = useCityMap()
  const event = place.event ?? (situation && !situation.live ? situation.event.event_id : null)
  const timeline = useTimeline(event).data
  const row = judgmentAt(useJudgments(event).data?.items ?? [], place.at)
  const found = useJudgment(row?.judgment_id ?? null).data
  const judgment = row && found
  const names = useMemo(() => namesOf(map), [map])
  return useMemo(
    () => (situation ? { situation, timeline, map, judgment, names, place, event, go, canAct: situation.live && place.at === null && !place.wall, changed } : null),
    [situation, timeline, map, judgment, names, place, event, go, changed],
  )
}
