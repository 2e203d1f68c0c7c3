import { Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { Banner } from './components/Banner'
import { ClauseDrawer } from './components/ClauseDrawer'
import { ConfirmRisky, Help, ReturnDialog } from './components/Dialogs'
import { Header } from './components/Header'
import { Others } from './components/Others'
import type { Mode } from './components/Composer'
import { useDesk } from './hooks/useDesk'
import { focusSoon, useFocusOnDecision } from './hooks/useFocus'
import { useSelected } from './hooks/useSelected'
import { useTickets } from './hooks/queries'
import { useShortcuts } from './hooks/useShortcuts'
import { useTransfers } from './hooks/useTransfers'
import { Conversation } from './panes/Conversation'
import { Queue } from './panes/Queue'
import { TicketPanel } from './panes/TicketPanel'
import { chooseCategory } from './state/edits'
import { neighbour, ordered, type Filter } from './state/queue'
import { useApp } from './app'

type Tab = 'queue' | 'talk' | 'ticket'
type Dialog = 'confirm' | 'return' | 'help' | null
const NO_CLAUSE = { id: null as string | null, quote: '' }

/** Three columns on a desk, three tabs on a phone; the banner above both. */
export function Workbench() {
  const { operator } = useApp()
  const [selected, select] = useSelected()
  const [filter, setFilter] = useState<Filter>('open')
  const [words, setWords] = useState('')
  const [tab, setTab] = useState<Tab>('talk')
  const [mode, setMode] = useState<Mode>('caller')
  const [active, setActive] = useState(1)
  const [correcting, setCorrecting] = useState(false)
  const [dialog, setDialog] = useState<Dialog>(null)
  const [clause, setClause] = useState(NO_CLAUSE)
  const tickets = useTickets(words)
  const desk = useDesk(selected)
  const transfers = useTransfers(selected, desk.ticket?.messages ?? [])
  const rows = ordered(tickets.data?.items ?? [], filter)
  const count = desk.shown?.demands.length ?? 0

  useEffect(() => {
    setActive(1)
    setCorrecting(false)
    setMode('caller')
    setDialog(null)
  }, [selected])
  useFocusOnDecision(desk.open ? desk.approval?.approval_id ?? null : null, desk.ticket?.status ?? null)

  const open = (ticketId: string | null) => {
    select(ticketId)
    setTab('talk')
    if (ticketId === null) focusSoon('compose')
  }
  const approve = () => desk.open && !desk.deciding && (desk.risks.length ? setDialog('confirm') : desk.decide('approve'))
  const write = (next: Mode) => {
    setTab('talk')
    setMode(next)
    focusSoon('say')
  }
  const pick = (place: number) => {
    const original = desk.original?.demands[active - 1]
    const code = original?.candidates[place]
    if (desk.open && original && code) desk.setChanges((before) => chooseCategory(before, active - 1, code, original))
  }
  const step = (by: 1 | -1) => {
    const next = neighbour(rows, selected, by)
    if (next) open(next)
  }
  useShortcuts({
    KeyN: () => open(null),
    KeyA: () => dialog === null && approve(),
    KeyR: () => desk.open && setDialog('return'),
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    KeyQ: () => write('ask'),
    KeyS: () => selected && write('caller'),
    KeyE: () => { setTab('ticket'); focusSoon('draft-order') },
    KeyC: () => { setTab('ticket'); desk.open && setCorrecting((now) => !now) },
    KeyT: () => desk.original?.emergency_number || desk.run.alerts.some((alert) => alert.number)
      ? transfers.give('transferred', desk.run.alerts.find((alert) => alert.number)?.number ?? desk.original?.emergency_number ?? '', operator)
      : undefined,
    ArrowDown: () => setActive((now) => Math.min(Math.max(count, 1), now + 1)),
    ArrowUp: () => setActive((now) => Math.max(1, now - 1)),
    ...Object.fromEntries([0, 1, 2, 3, 4].map((place) => [`Digit${place + 1}`, () => pick(place)])),
    '?': () => setDialog('help'),
  })

  return (
    <div className={`page tab-${tab}`}>
      <Header onHelp={() => setDialog('help')} />
      <Others rows={tickets.data?.items ?? []} selected={selected} onOpen={open} />
      <Banner desk={desk} transfers={transfers} />
      <div className="tabs">
        <Segmented<Tab>
          block value={tab} onChange={setTab}
          options={[{ value: 'queue', label: '队列' }, { value: 'talk', label: '对话' }, { value: 'ticket', label: desk.open ? '工单 ●' : '工单' }]}
        />
      </div>
      <div className="columns">
        <Queue
          page={tickets.data} error={tickets.error?.message ?? null} selected={selected} filter={filter} words={words}
          onFilter={setFilter} onWords={setWords} onSelect={open}
        />
        <Conversation
          desk={desk} mode={mode} active={active} onMode={setMode} onTaken={open} onClause={(id) => setClause({ id, quote: '' })}
        />
        <TicketPanel
          desk={desk} active={active} correcting={correcting} onActive={setActive}
          onCorrect={() => setCorrecting((now) => !now)} onClause={(id, quote) => setClause({ id, quote })}
          onApprove={approve} onReturn={() => setDialog('return')}
        />
      </div>
      {dialog === 'confirm' && <ConfirmRisky desk={desk} onClose={() => setDialog(null)} />}
      {dialog === 'return' && <ReturnDialog desk={desk} onClose={() => setDialog(null)} />}
      {dialog === 'help' && <Help onClose={() => setDialog(null)} />}
      <ClauseDrawer
        clauseId={clause.id} quote={clause.quote} onClose={() => setClause(NO_CLAUSE)} onClause={(id) => setClause({ id, quote: '' })}
      />
    </div>
  )
}
