import { Button, Input } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { moment } from '../../state/format'
import { useCommand } from '../command'
import { useCommandApi, useRefresh, useStorms } from '../hooks/queries'
import { useSend } from '../hooks/useSend'

/** The events so far, to be looked at again; a named person opens one by hand, and closes the one that runs. */
export function StormsDialog({ onClose }: { onClose: () => void }) {
  const { go } = useCommand()
  const { data, error } = useStorms()
  const running = data?.items.find((storm) => storm.event_id === data.open)
  const show = (event: string | null) => {
    go({ event, at: null, look: null, briefing: null })
    onClose()
  }
  return (
    <Dialog width={620} title="场次" footer={null} onCancel={onClose}>
      {error && <p className="trouble" role="alert">✕ {error.message}</p>}
      <ul className="storms">
        {data?.items.map((storm) => (
          <li key={storm.event_id}>
            <button type="button" className="link" onClick={() => show(storm.event_id === data.open ? null : storm.event_id)}>{storm.title}</button>
            <small>{moment(storm.started_at)} 至 {storm.closed_at ? `${moment(storm.closed_at)}，${storm.closed_by === 'system' ? '系统' : storm.closed_by} 结束` : '现在'}</small>
          </li>
        ))}
      </ul>
      {data && <Turn running={running !== undefined} onDone={onClose} />}
    </Dialog>
  )
}

function Turn({ running, onDone }: { running: boolean; onDone: () => void }) {
  const { canAct } = useCommand()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [text, setText] = useState('')
  const { send, busy, trouble } = useSend()
  if (!canAct) return null
  const label = running ? '结束的说明' : '新场次的名称'
  const act = () => send(() => (running ? api.closeStorm(text.trim()) : api.openStorm(text.trim())), () => {
    refresh()
    onDone()
  })
  return (
    <div className="form">
      <div className="form-row"><span>{label}</span><Input aria-label={label} value={text} maxLength={100} onChange={(event) => setText(event.target.value)} /></div>
      <Button loading={busy} danger={running} disabled={!text.trim()} onClick={act}>{running ? '结束本场次（响应须先终止）' : '开启场次'}</Button>
      {trouble && <p className="trouble" role="alert">✕ {trouble}</p>}
    </div>
  )
}
