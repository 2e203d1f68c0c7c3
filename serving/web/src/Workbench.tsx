import { Segmented } from 'antd'
import { useState } from 'react'
import { Banner } from './components/Banner'
import { ClauseDrawer } from './components/ClauseDrawer'
import { ConfirmRisky, Help, ReturnDialog } from './components/Dialogs'
import { Header } from './components/Header'
import { Others } from './components/Others'
import { useTickets } from './hooks/queries'
import { useDesk, type Desk } from './hooks/useDesk'
import { useDeskKeys } from './hooks/useDeskKeys'
import { focusSoon, useFocusOnDecision } from './hooks/useFocus'
import { useSelected } from './hooks/useSelected'
import { useTransfers } from './hooks/useTransfers'
import { useView, type Tab, type View } from './hooks/useView'
import { Conversation } from './panes/Conversation'
import { Queue } from './panes/Queue'
import { TicketPanel } from './panes/TicketPanel'
import { ordered, type Filter } from './state/queue'

/** Three columns on a desk, three tabs on a phone; the banner above both. */
export function Workbench() {
  const [selected, select] = useSelected()
  const [filter, setFilter] = useState<Filter>('open')
  const [words, setWords] = useState('')
  const tickets = useTickets(words)
  const desk = useDesk(selected)
  const view = useView(selected)
  const transfers = useTransfers(selected, desk.ticket?.messages ?? [])
  const items = tickets.data?.items ?? []
  const open = (ticketId: string | null) => {
    select(ticketId)
    view.set({ tab: 'talk' })
    if (ticketId === null) focusSoon('compose')
  }
  const approve = () => {
    if (!desk.open || desk.deciding) return
    if (desk.risks.length) view.set({ dialog: 'confirm' })
    else desk.decide('approve')
  }
  useFocusOnDecision(desk.open ? desk.approval?.approval_id ?? null : null, desk.ticket?.status ?? null)
  useDeskKeys({ desk, view, transfers, rows: ordered(items, filter), open, approve })

  return (
    <div className={`page tab-${view.tab}`}>
      <Header onHelp={() => view.set({ dialog: 'help' })} />
      <Others rows={items} selected={selected} onOpen={open} />
      <Banner desk={desk} transfers={transfers} />
      <Tabs view={view} waits={desk.open} />
      <main className="columns">
        <Queue
          page={tickets.data} error={tickets.error?.message ?? null} selected={selected} filter={filter} words={words}
          onFilter={setFilter} onWords={setWords} onSelect={open}
        />
        <Conversation desk={desk} view={view} onTaken={open} />
        <TicketPanel desk={desk} view={view} onApprove={approve} />
      </main>
      <Overlays desk={desk} view={view} />
    </div>
  )
}

function Tabs({ view, waits }: { view: View; waits: boolean }) {
  return (
    <nav className="tabs" aria-label="栏目">
      <Segmented<Tab>
        block value={view.tab} onChange={(tab) => view.set({ tab })}
        options={[{ value: 'queue', label: '队列' }, { value: 'talk', label: '对话' }, { value: 'ticket', label: waits ? '工单 ●' : '工单' }]}
      />
    </nav>
  )
}

function Overlays({ desk, view }: { desk: Desk; view: View }) {
  const close = () => view.set({ dialog: null })
  return <>
    {view.dialog === 'confirm' && <ConfirmRisky desk={desk} onClose={close} />}
    {view.dialog === 'return' && <ReturnDialog desk={desk} onClose={close} />}
    {view.dialog === 'help' && <Help onClose={close} />}
    <ClauseDrawer
      clauseId={view.clause?.id ?? null} quote={view.clause?.quote ?? ''} onClose={() => view.set({ clause: null })}
      onClause={(id) => view.set({ clause: { id, quote: '' } })}
    />
  </>
}
