import { App, Input, Select } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { useApp } from '../../app'
import { useKnowledgeApi, useRefresh } from '../hooks/queries'
import { changed, EDITABLE, invalid, LEVELS, shown, type FieldName } from '../state/correction'
import type { DocumentDetail } from '../types'

/** What was read from a document, put right by hand. It survives reading the file again; emptied it returns to what was read. */
export function CorrectDialog({ found, onClose }: { found: DocumentDetail; onClose: () => void }) {
  const { message } = App.useApp()
  const { operator } = useApp()
  const api = useKnowledgeApi()
  const refresh = useRefresh()
  const [values, setValues] = useState(() => shown(found))
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const changes = changed(found, values)
  const wrong = invalid(values)
  const set = (name: FieldName, value: string) => setValues((before) => ({ ...before, [name]: value }))
  const save = async () => {
    setBusy(true)
    try {
      await api.correct(found.document_id, changes)
      refresh()
      message.success('已更正，效力区间已重新计算')
      onClose()
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : '没有保存，请重试')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="更正文件信息" okText="保存更正" cancelText="返回" onOk={() => void save()} onCancel={onClose} confirmLoading={busy}
      okButtonProps={{ disabled: !Object.keys(changes).length || wrong !== null }}
    >
      <p className="doc-about">只改程序读错的；正文不变。清空一项即恢复为从文件读出的内容。更正人：{operator}</p>
      <div className="correct-form">
        {EDITABLE.map(({ name, label, hint }) => (
          <label key={name}>
            <span>{label}{name in changes && <b title="已改">✎</b>}{found.corrected?.includes(name) && !(name in changes) && <small title="此前已手工更正">已更正</small>}</span>
            {name === 'level'
              ? <Select aria-label={label} allowClear value={values[name] || null} options={LEVELS.map((value) => ({ value }))} onChange={(value: string | null) => set(name, value ?? '')} />
              : <Input aria-label={label} value={values[name]} placeholder={hint} maxLength={300} onChange={(event) => set(name, event.target.value)} />}
          </label>
        ))}
      </div>
      {(wrong ?? trouble) && <p className="trouble" role="alert">✕ {wrong ?? trouble}</p>}
    </Dialog>
  )
}
