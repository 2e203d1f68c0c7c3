import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { Dialog } from './Dialog'
import { focusSoon } from '../hooks/useFocus'
import type { Desk } from '../hooks/useDesk'
import { submits } from './keys'

/** The text of the box `#reason`, which takes the focus: the dialog itself would give it to its close button. */
function useReason() {
  useEffect(() => focusSoon('reason'), [])
  return useState('')
}

/** The second key press for what must not happen by habit. */
export function ConfirmRisky({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const [reason, setReason] = useReason()
  const ready = !desk.needsReason || reason.trim() !== ''
  const done = () => {
    if (!ready) return
    desk.decide('approve', reason.trim() || undefined)
    onClose()
  }
  return (
    <Dialog
      title="请再确认一次" okText={`确认派发（${desk.needsReason ? 'Ctrl+Enter' : 'Enter'}）`} cancelText="返回（Esc）"
      onOk={done} onCancel={onClose} okButtonProps={{ disabled: !ready, autoFocus: !desk.needsReason }}
    >
      <ul className="risks">{desk.risks.map((risk) => <li key={risk}>{risk}</li>)}</ul>
      {desk.needsReason && (
        <Input.TextArea
          id="reason" aria-label="降低紧急程度的理由" placeholder="降低紧急程度的理由（必填，留痕）" value={reason} maxLength={500}
          onChange={(event) => setReason(event.target.value)} onKeyDown={(event) => submits(event) && done()}
        />
      )}
    </Dialog>
  )
}

export function ReturnDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const [reason, setReason] = useReason()
  const done = () => {
    if (!reason.trim()) return
    desk.decide('return', reason.trim())
    onClose()
  }
  return (
    <Dialog
      title="退回，不派发" okText="退回（Ctrl+Enter）" cancelText="返回（Esc）" onOk={done} onCancel={onClose}
      okButtonProps={{ disabled: !reason.trim() }}
    >
      <Input.TextArea
        id="reason" aria-label="退回理由" placeholder="退回理由（必填，留痕）" value={reason} maxLength={1000}
        autoSize={{ minRows: 3 }} onChange={(event) => setReason(event.target.value)} onKeyDown={(event) => submits(event) && done()}
      />
    </Dialog>
  )
}

const KEYS: [keys: string, what: string][] = [
  ['Alt+N', '新来电'], ['Ctrl+Enter', '提交正在写的内容'], ['Alt+A', '批准并派发（或在批准键上按 Enter）'],
  ['Alt+R', '退回，写理由'], ['Alt+1…5', '改选候选事项'], ['Alt+↓ / Alt+↑', '下一项 / 上一项诉求'], ['Alt+C', '更正当前事项'],
  ['Alt+E', '改派单内容'], ['Alt+S', '来电补充'], ['Alt+Q', '问知识库'], ['Alt+J / Alt+K', '队列里下一单 / 上一单'],
  ['Alt+T', '紧急：已转接'], ['Esc', '关闭窗口'], ['?', '显示本表'],
]

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="快捷键" width={680} footer={null} onCancel={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => <div key={keys}><dt>{keys.split(' / ').map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}
      </dl>
    </Dialog>
  )
}
