import { App, Button } from 'antd'
import { useState } from 'react'
import { useApp } from '../../app'
import { useClock } from '../command'
import { useCommandApi, useRefresh } from '../hooks/queries'
import { uncalled } from '../state/calls'
import type { CallState } from '../types'

const NAMED = 8

/** Calls everybody who has not been called, one after another, once a named person has said so. */
export function CallAll({ calls }: { calls: readonly CallState[] }) {
  const { modal, message } = App.useApp()
  const { operator } = useApp()
  const api = useCommandApi()
  const refresh = useRefresh()
  const waiting = uncalled(calls, useClock())
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null)
  const callAll = async () => {
    const failed: string[] = []
    for (const [at, call] of waiting.entries()) {
      setProgress({ done: at, of: waiting.length })
      await api.act(call.contact_id, 'call', '').catch((error: Error) => failed.push(`${call.post}：${error.message}`))
    }
    setProgress(null)
    refresh('calls')
    if (failed.length) message.error(`${failed.length} 个没有叫出：${failed[0]}`)
    else message.success(`已逐一叫应 ${waiting.length} 个岗位`)
  }
  const ask = () => modal.confirm({
    title: `叫应 ${waiting.length} 个未叫的岗位？`, centered: true, okText: '逐一叫应', cancelText: '返回', onOk: () => void callAll(),
    content: <><p>{waiting.slice(0, NAMED).map((call) => call.post).join('、')}{waiting.length > NAMED ? ' 等' : ''}</p><p>叫应人：{operator}（记入审计）。应答要各自确认，不因叫过就算应答。</p></>,
  })
  if (waiting.length < 2 && !progress) return null
  return <Button className="call-all" size="small" loading={progress !== null} onClick={ask}>{progress ? `已叫 ${progress.done} / ${progress.of}` : `叫应全部未叫的 ${waiting.length} 个…`}</Button>
}
