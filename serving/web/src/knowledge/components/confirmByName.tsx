import { Input } from 'antd'
import type { useAppProps } from 'antd/es/app/context'
import { useState } from 'react'

/** A question that a habitual Enter can't answer: the name of the thing has to be typed. */
export function confirmByName(modal: useAppProps['modal'], { title, what, name, operator, onConfirm }: {
  title: string; what: string; name: string; operator: string; onConfirm: () => Promise<void>
}): void {
  const dialog = modal.confirm({
    title, centered: true, okText: '确认', cancelText: '返回', okButtonProps: { disabled: true, danger: true }, onOk: onConfirm,
    content: <>
      <p>{what}</p>
      <p>操作人：{operator}（记入审计）</p>
      <Typed name={name} onReady={(ready) => dialog.update({ okButtonProps: { disabled: !ready, danger: true } })} />
    </>,
  })
}

function Typed({ name, onReady }: { name: string; onReady: (ready: boolean) => void }) {
  const [text, setText] = useState('')
  return (
    <label>
      输入“{name}”以确认
      <Input autoFocus aria-label="输入名称以确认" value={text} onChange={(event) => { setText(event.target.value); onReady(event.target.value.replace(/\s/g, '') === name) }} />
    </label>
  )
}
