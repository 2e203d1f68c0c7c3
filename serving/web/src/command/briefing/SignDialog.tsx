import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { useApp } from '../../app'
import { PostInput } from '../components/PostInput'
import { useCommandApi, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { mainPost } from '../state/decision'
import { signed } from './edits'
import type { Briefing } from './types'

/** Says exactly what is signed; the post is never filled in beforehand. */
export function SignDialog({ briefing, onClose }: { briefing: Briefing; onClose: () => void }) {
  const { operator } = useApp()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [post, setPost] = useState('')
  const [reason, setReason] = useState('')
  const [read, setRead] = useState(false)
  const named = mainPost(briefing.signature.post)
  const acting = named !== '' && post.trim() !== '' && mainPost(post) !== named
  const missing = lacking(post, acting && !reason.trim(), read)
  const { send, busy, trouble } = useSend()
  const done = () => send(() => api.sign(briefing.briefing_id, post.trim(), briefing.version, reason.trim()), () => {
    refresh('briefing', 'briefings', 'versions', 'timeline')
    onClose()
  })
  return (
    <Dialog width={620} title="签发这一版" okText="签发" cancelText="不签（Esc）" onOk={done} onCancel={onClose} confirmLoading={busy} okButtonProps={{ disabled: missing !== null, danger: true }}>
      <div className="form">
        <ul className="dots">{signed(briefing, operator, post.trim()).map((line) => <li key={line}>{line}</li>)}</ul>
        <PostInput value={post} named={briefing.signature.post || null} onChange={setPost} />
        {acting && <div className="form-row"><span>代签理由（必填，留痕）</span><Input aria-label="代签理由" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} /></div>}
        <Checkbox checked={read} onChange={(event) => setRead(event.target.checked)}>我已读过这一版全文和上面的提示</Checkbox>
        {missing && <p className="quiet-line" role="status">{missing}</p>}
        {trouble && <p className="trouble" role="alert">✕ {trouble}</p>}
      </div>
    </Dialog>
  )
}

/** What is still missing, in words; null when it can be signed. */
function lacking(post: string, reason: boolean, read: boolean): string | null {
  if (!post.trim()) return '请填写签发岗位'
  if (reason) return '请写明代签理由'
  return read ? null : '请确认已读全文'
}
