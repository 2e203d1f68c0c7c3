import { Button, Checkbox, Input, Select } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, type ComponentRef } from 'react'
import { Refused, type NewTicket as Draft } from '../api'
import { useApp } from '../app'
import { newTicketId } from '../state/ids'
import { useStored } from '../state/stored'
import { Hint } from './Hint'
import { submits } from './keys'

const CHANNELS = ['电话', '网站', '微信', '短信', 'APP', '来信', '其他']

const blank = (): Draft => ({
  ticket_id: newTicketId(), text: '', channel: '电话', caller: { name: null, phone: null, anonymous: false },
})

/** Taking in a call. The draft lives in the browser until the server has it; its number makes sending twice harmless. */
export function NewTicket({ onTaken }: { onTaken: (ticketId: string) => void }) {
  const { api } = useApp()
  const [draft, setDraft] = useStored<Draft>('new-ticket', blank())
  const text = useRef<ComponentRef<typeof Input.TextArea>>(null)
  useEffect(() => { text.current?.focus() }, [])
  const send = useMutation({
    mutationFn: () => api.createTicket(draft).then((taken) => taken.ticket.ticket_id, (error: unknown) => {
      if (error instanceof Refused && error.status === 409) return sameTicket(api, draft, error)
      throw error
    }),
    onSuccess: (ticketId) => {
      setDraft(blank())
      onTaken(ticketId)
    },
  })
  const submit = () => draft.text.trim() && !send.isPending && send.mutate()
  const caller = (patch: Partial<Draft['caller']>) => setDraft((d) => ({ ...d, caller: { ...d.caller, ...patch } }))
  return (
    <form className="new-ticket" onKeyDown={(event) => submits(event) && submit()} onSubmit={(event) => event.preventDefault()}>
      <h2>新来电</h2>
      <Input.TextArea
        ref={text} id="compose" aria-label="来电内容" value={draft.text} autoSize={{ minRows: 8, maxRows: 18 }} maxLength={20000}
        placeholder="粘贴或边听边记来电人说的话。Ctrl+Enter 提交，立即开始分析。"
        onChange={(event) => setDraft((d) => ({ ...d, text: event.target.value }))}
      />
      <div className="caller">
        <Select
          aria-label="渠道" value={draft.channel} options={CHANNELS.map((value) => ({ value, label: value }))}
          onChange={(channel) => setDraft((d) => ({ ...d, channel }))}
        />
        <Input
          aria-label="姓名" placeholder="姓名" value={draft.caller.name ?? ''} disabled={draft.caller.anonymous} maxLength={40}
          onChange={(event) => caller({ name: event.target.value || null })}
        />
        <Input
          aria-label="电话" placeholder="电话" inputMode="tel" value={draft.caller.phone ?? ''} maxLength={40}
          onChange={(event) => caller({ phone: event.target.value || null })}
        />
        <Checkbox checked={draft.caller.anonymous} onChange={(event) => caller({ anonymous: event.target.checked })}>匿名</Checkbox>
        <Button type="primary" loading={send.isPending} disabled={!draft.text.trim()} onClick={submit}>提交<Hint keys="Ctrl+Enter" /></Button>
      </div>
      {send.error && <p className="trouble" role="alert">✕ 未提交：{send.error.message}</p>}
    </form>
  )
}

/** The number exists: our first try arrived if it holds these very words. */
async function sameTicket(api: ReturnType<typeof useApp>['api'], draft: Draft, refused: Refused): Promise<string> {
  const stored = await api.ticket(draft.ticket_id)
  if (stored.messages[0]?.text.trim() !== draft.text.trim()) throw refused
  return stored.ticket_id
}
