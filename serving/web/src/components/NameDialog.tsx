import { Input, Modal } from 'antd'
import { useState } from 'react'
import { useApp } from '../app'

/** Asked once: whoever approves is named in the record. */
export function NameDialog({ open, onClose }: { open: boolean; onClose?: () => void }) {
  const { operator, setOperator } = useApp()
  const [name, setName] = useState(operator)
  const done = () => {
    if (!name.trim()) return
    setOperator(name.trim())
    onClose?.()
  }
  return (
    <Modal
      open={open} title="您的姓名" okText="开始工作（Enter）" centered closable={operator !== ''} mask={{ closable: false }}
      keyboard={operator !== ''} onOk={done} onCancel={() => onClose?.()} cancelButtonProps={{ style: { display: 'none' } }}
      okButtonProps={{ disabled: !name.trim() }}
    >
      <p>派发、退回都会记下这个名字。只需填一次，保存在本机。</p>
      <Input
        aria-label="您的姓名" value={name} maxLength={20} autoFocus
        onChange={(event) => setName(event.target.value)}
        onPressEnter={(event) => !event.nativeEvent.isComposing && done()}
      />
    </Modal>
  )
}
