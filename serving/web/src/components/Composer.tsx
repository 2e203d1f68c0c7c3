import { Button, Input, Segmented } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Refused } from '../api'
import { useApp } from '../app'
import { useStored } from '../state/stored'
import { withAsk, type Ask } from '../state/asks'
import type { Mode } from '../hooks/useView'
import { Hint } from './Hint'
import { submits } from './keys'

const MODES: { value: Mode; label: string; keys: string; hint: string; send: string }[] = [
  { value: 'caller', label: '来电补充', keys: 'Alt+S', hint: '来电人又说了什么？提交后按全部内容重新分析。', send: '补充并重新分析' },
  { value: 'operator', label: '坐席备注', keys: '', hint: '只记在工单上，不影响分析。', send: '记下' },
  { value: 'ask', label: '问知识库', keys: 'Alt+Q', hint: '例如：夜间施工要哪些手续？', send: '提问' },
]

function labelled({ value, label, keys }: (typeof MODES)[number]) {
  return { value, label: <>{label}{keys && <Hint keys={keys} />}</> }
}

export interface ComposerProps {
  ticketId: string | null
  modes: Mode[]
  mode: Mode
  onMode: (mode: Mode) => void
  onAsk: (next: (asks: Ask[]) => Ask[]) => void
}

/** One box for what is added to a ticket: the caller's words, a note, or a question to the knowledge base. */
export function Composer({ ticketId, modes, mode, onMode, onAsk }: ComposerProps) {
  const { api } = useApp()
  const client = useQueryClient()
  const [text, setText] = useStored(`say:${ticketId ?? 'new'}:${mode}`, '')
  const send = useMutation({
    mutationFn: async () => {
      const said = text.trim()
      if (mode !== 'ask') {
        // A second try: the first may have arrived although its answer got lost.
        const last = send.isError ? (await api.ticket(ticketId ?? '')).messages.at(-1) : undefined
        if (last?.role !== mode || last.text !== said) await api.say(ticketId ?? '', mode, said)
        return
      }
      const input = { question: said, ...(ticketId && { ticket_id: ticketId }) }
      // Without an answering agent the search alone still helps.
      const runId = await api.run('ask', input).then((run) => run.run_id, (error: unknown) => {
        if (error instanceof Refused) return null
        throw error
      })
      onAsk((asks) => withAsk(asks, { question: said, runId, at: new Date().toISOString() }))
    },
    onSuccess: () => setText(''),
    onSettled: () => Promise.all([
      client.invalidateQueries({ queryKey: ['ticket', ticketId] }), client.invalidateQueries({ queryKey: ['tickets'] }),
    ]),
  })
  const current = MODES.find((item) => item.value === mode)
  const submit = () => text.trim() && !send.isPending && send.mutate()
  return (
    <div className="composer" onKeyDown={(event) => submits(event) && submit()}>
      {modes.length > 1
        ? <Segmented<Mode> size="small" value={mode} onChange={onMode} options={MODES.filter((item) => modes.includes(item.value)).map(labelled)} />
        : current && <b>{labelled(current).label}</b>}
      <div className="composer-line">
        <Input.TextArea
          id="say" aria-label={current?.label ?? ''} value={text} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000}
          data-asking={mode === 'ask' || undefined} placeholder={current?.hint ?? ''} onChange={(event) => setText(event.target.value)}
        />
        <Button loading={send.isPending} disabled={!text.trim()} onClick={submit} title="Ctrl+Enter">{current?.send}</Button>
      </div>
      {send.error && <p className="trouble" role="alert">✕ 未送达：{send.error.message}</p>}
    </div>
  )
}
