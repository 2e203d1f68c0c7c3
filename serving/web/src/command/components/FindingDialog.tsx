import { Input, Radio } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { useApp } from '../../app'
import { useCommandApi, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import type { Condition, FindingWish } from '../types'

const EVENTS: Record<FindingWish['event'], string> = { reported: '接报，待核实', confirmed: '核实成立', rejected: '核实不成立', resolved: '险情已处置' }

/** A named person's conclusion about what only people can judge. Nothing is chosen beforehand. */
export function FindingDialog({ condition, onClose }: { condition: Condition; onClose: () => void }) {
  const { operator } = useApp()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [object, setObject] = useState('')
  const [event, setEvent] = useState<FindingWish['event'] | null>(null)
  const [text, setText] = useState('')
  const { send, busy, trouble } = useSend()
  const done = () => event && send(() => api.find({ condition_id: condition.id, object: object.trim(), event, text: text.trim() }), () => {
    refresh()
    onClose()
  })
  return (
    <Dialog
      title={`研判结论：${condition.clause} ${condition.text}`} okText="记入" cancelText="返回" onOk={done} onCancel={onClose}
      confirmLoading={busy} okButtonProps={{ disabled: !event || !object.trim() || !text.trim() }}
    >
      <div className="form">
        <label>对象（工程、路段、村组等）<Input aria-label="对象" value={object} maxLength={60} autoFocus onChange={(change) => setObject(change.target.value)} /></label>
        <Radio.Group aria-label="结论" value={event} onChange={(change) => setEvent(change.target.value as FindingWish['event'])} options={Object.entries(EVENTS).map(([value, label]) => ({ value, label }))} />
        <label>依据<Input.TextArea aria-label="依据" value={text} maxLength={500} autoSize={{ minRows: 2 }} onChange={(change) => setText(change.target.value)} /></label>
        <p className="quiet">填报人：{operator}。记入事件日志和审计，立即参与判定。</p>
        {trouble && <p className="trouble" role="alert">✕ {trouble}</p>}
      </div>
    </Dialog>
  )
}
