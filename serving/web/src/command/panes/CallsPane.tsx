import { Button, Input } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { timeOfDay } from '../../state/format'
import type { CallAct } from '../api'
import { CallAll } from '../components/CallAll'
import { useClock, useCommand } from '../command'
import { useCalls, useCommandApi, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { callCounts, callWord, CALL_STATES, orderedCalls, stateAt } from '../state/calls'
import { old } from '../state/freshness'
import type { CallState } from '../types'

/** Who has to be called, until when, and what came of it; the overdue stand first. */
export function CallsPane() {
  const { place, canAct } = useCommand()
  const now = useClock()
  const { data, error } = useCalls(place)
  const calls = data?.items ?? []
  const count = callCounts(calls, now)
  return (
    <section className="calls scroll" aria-label="叫应板">
      <p className="calls-head">
        {(Object.keys(CALL_STATES) as CallState['state'][]).map((state) => <span key={state} className={`call-${state}`}>{CALL_STATES[state].join(' ')} <b>{count[state]}</b></span>)}
        {canAct && <CallAll calls={calls} />}
      </p>
      {error && <p className="trouble" role="alert">✕ {error.message}</p>}
      {!calls.length && !error && <p className="quiet">{data ? '没有需要叫应的信号。' : '正在读取叫应…'}</p>}
      <ul className="call-rows">{orderedCalls(calls, now).map((call) => <CallRow key={call.contact_id + call.signal} call={call} />)}</ul>
    </section>
  )
}

const ASKS: Record<Exclude<CallAct, 'call'>, string> = { acknowledge: '对方应答的内容', escalate: '升级的原因', note: '备注' }

export function CallRow({ call }: { call: CallState }) {
  const { situation, canAct } = useCommand()
  const now = useClock()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [asks, setAsks] = useState<Exclude<CallAct, 'call'> | null>(null)
  const { send, busy, trouble } = useSend()
  const state = stateAt(call, now)
  const [sign, word] = callWord(call, now)
  const left = Date.parse(call.due_at) - now
  const signal = situation.alerts.find((alert) => alert.alert_id === call.signal)
  const act = (action: CallAct, text: string) => send(() => api.act(call.contact_id, action, text), () => {
    setAsks(null)
    refresh('calls')
  })
  return (
    <li className={`callrow call-${state}`}>
      <div className="call-state"><b>{sign} {word}</b>{state !== 'acknowledged' && <span>{left < 0 ? `超 ${old(-left / 1000)}` : `剩 ${old(left / 1000)}`}</span>}{call.acknowledged_at && <small>{timeOfDay(call.acknowledged_at)}</small>}</div>
      <div className="call-who"><b>{call.post}</b> <a href={`tel:${call.phone}`}>{call.phone}</a><small>{call.called_by_post && `由 ${call.called_by_post} 叫应 · `}{signal && `${signal.type}${signal.colour}色 · `}{call.clause}</small>{call.said && <p>“{call.said}”</p>}<Acts call={call} />{trouble && <p className="trouble">✕ {trouble}</p>}</div>
      {canAct && (
        <div className="call-acts">
          {state !== 'acknowledged' && <Button size="small" type="primary" loading={busy} onClick={() => act('call', '')}>叫应</Button>}
          {state !== 'acknowledged' && <Button size="small" onClick={() => setAsks('acknowledge')}>已应答</Button>}
          {state === 'overdue' && call.called_at && <Button size="small" danger onClick={() => setAsks('escalate')}>升级</Button>}
          <Button size="small" type="text" onClick={() => setAsks('note')}>备注</Button>
        </div>
      )}
      {asks && <Words title={`${call.post}：${ASKS[asks]}${asks === 'escalate' && call.escalate_to_post ? `（随即呼叫 ${call.escalate_to_post}）` : ''}`} busy={busy} trouble={trouble} onClose={() => setAsks(null)} onDone={(text) => act(asks, text)} />}
    </li>
  )
}

const ACTS: Record<string, string> = { call: '叫应', acknowledge: '记录应答', escalate: '升级', note: '备注' }

/** What became of a call at the city's telephone platform. */
const RINGS: Record<string, string> = { queued: '等待拨出', ringing: '振铃中', answered: '已接听', no_answer: '无人接听', refused: '没有接通' }

/** What was done about a call, by whom, and what came of it. */
function Acts({ call: { acts = [] } }: { call: CallState }) {
  if (!acts.length) return null
  return <ul className="call-log">{acts.map((act) => <li key={act.action + act.at}>{timeOfDay(act.at)} {act.by} {ACTS[act.action] ?? act.action}{act.action === 'call' ? act.state && `，${RINGS[act.state] ?? act.state}` : act.text && `：${act.text}`}{act.trouble && <span className="trouble"> ✕ {act.trouble}</span>}</li>)}</ul>
}

function Words({ title, busy, trouble, onDone, onClose }: { title: string; busy: boolean; trouble: string | null; onDone: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState('')
  return (
    <Dialog title={title} okText="记下" cancelText="返回" confirmLoading={busy} okButtonProps={{ disabled: !text.trim() }} onOk={() => onDone(text.trim())} onCancel={onClose}>
      <Input.TextArea autoFocus aria-label={title} value={text} maxLength={300} autoSize={{ minRows: 2 }} onChange={(event) => setText(event.target.value)} />
      {trouble && <p className="trouble" role="alert">✕ {trouble}</p>}
    </Dialog>
  )
}
