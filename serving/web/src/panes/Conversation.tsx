import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { Asks } from '../components/Asks'
import { Composer } from '../components/Composer'
import { NewTicket } from '../components/NewTicket'
import { Steps } from '../components/Steps'
import { Talk } from '../components/Talk'
import type { Desk } from '../hooks/useDesk'
import type { Mode, View } from '../hooks/useView'
import type { Ask } from '../state/asks'
import { useStored } from '../state/stored'

export interface ConversationProps {
  desk: Desk
  view: View
  onTaken: (ticketId: string) => void
}

const NO_ASKS: Ask[] = []

/** What the caller says, what the system makes of it, and what to ask back. */
export function Conversation({ desk, view, onTaken }: ConversationProps) {
  const [asks, setAsks] = useStored<Ask[]>(`asks:${desk.ticketId ?? 'new'}`, NO_ASKS)
  const modes = modesOf(desk)
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' }) // braces: newer browsers return a promise, which is no clean-up
  }, [asks.length])
  return (
    <section className="pane conversation" aria-label="对话">
      <div className="scroll">
        {desk.ticketId === null && <NewTicket onTaken={onTaken} />}
        {desk.loadError && <p className="trouble">✕ {desk.loadError}</p>}
        {desk.ticketId !== null && <>
          <Talk desk={desk} active={view.active} />
          <Steps run={desk.run} />
          <Questions desk={desk} />
          {desk.ticket?.status === 'failed' && (
            <p className="trouble">分析没有完成。<Button size="small" onClick={desk.rerun}>重新分析</Button> {desk.rerunError}</p>
          )}
        </>}
        <Asks asks={asks} onClause={(id) => view.set({ clause: { id, quote: '' } })} />
        <div ref={end} />
      </div>
      <Composer
        ticketId={desk.ticketId} modes={modes} mode={modes.includes(view.mode) ? view.mode : 'ask'}
        onMode={(mode) => view.set({ mode })} onAsk={setAsks}
      />
    </section>
  )
}

/** A dispatched ticket is closed to the caller's additions: those make a new ticket. */
function modesOf(desk: Desk): Mode[] {
  if (desk.ticketId === null) return ['ask']
  return isSent(desk) ? ['operator', 'ask'] : ['caller', 'operator', 'ask']
}

function isSent(desk: Desk): boolean {
  return desk.ticket?.status === 'dispatching' || desk.ticket?.status === 'dispatched'
}

/** What to ask the caller next: asked aloud, the answer is typed in as an addition. */
function Questions({ desk }: { desk: Desk }) {
  const questions = desk.original?.questions ?? desk.partial.questions ?? []
  if (questions.length === 0 || isSent(desk)) return null
  return (
    <section className="questions" aria-label="建议追问">
      <b>建议追问</b>
      <ol>{questions.map((question) => <li key={question}>{question}</li>)}</ol>
      <small>来电人的回答，直接记在下面“来电补充”里，提交后重新分析。</small>
    </section>
  )
}
