import { Button, Select } from 'antd'
import { useState } from 'react'
import { moment, timeOfDay } from '../../state/format'
import { useCommand } from '../command'
import { useBriefing, useCommandApi, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { BriefingDesk } from './BriefingDesk'
import { useChosen } from '../hooks/useEvidence'
import { FORMS } from './edits'
import type { BriefingRow, Form } from './types'

/** Briefings of the event: chosen or composed above, read, edited and signed below. */
export function BriefingPane() {
  const { go, canAct } = useCommand()
  const { rows, chosen, reading } = useChosen()
  const [version, setVersion] = useState<{ id: string; version: number | null }>({ id: '', version: null })
  const { data, error } = useBriefing(chosen, version.id === chosen ? version.version : null)
  return (
    <div className="briefings">
      <div className="briefings-head">
        <Select
          aria-label="选择文件" placeholder="尚无文件" value={chosen} onChange={(briefing: string) => go({ briefing })} popupMatchSelectWidth={false}
          options={rows.map((row) => ({ value: row.briefing_id, label: rowName(row) }))}
        />
        {canAct && <Composer />}
      </div>
      {error && <p className="trouble" role="alert">✕ {error.message}</p>}
      {(reading || (chosen && !data)) && !error && <p className="quiet" role="status">正在读取文件…</p>}
      {!chosen && !reading && <p className="quiet">还没有快报或专报。选一种形式，由最近一次研判生成；生成后逐句可改、可查依据，签发前不对任何人发送。</p>}
      {data && data.briefing_id === chosen && <BriefingDesk key={data.briefing_id} briefing={data} onVersion={(next) => setVersion({ id: data.briefing_id, version: next })} />}
    </div>
  )
}

function rowName(row: BriefingRow): string {
  return `${FORMS[row.form]} ${row.number} · ${timeOfDay(row.at)} · 第${row.version}版${row.signed_by ? ` · ✓ ${row.signed_by}` : ''}`
}

function Composer() {
  const { judgment, go } = useCommand()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [form, setForm] = useState<Form>('flash')
  const { send, busy, trouble } = useSend()
  const compose = () => judgment && send(() => api.compose(judgment.judgment_id, form), (made) => {
    refresh('briefings', 'timeline')
    go({ briefing: made.briefing_id })
  })
  return <>
    <Select<Form> aria-label="文件形式" value={form} onChange={setForm} options={Object.entries(FORMS).map(([value, label]) => ({ value: value as Form, label }))} />
    <Button type="primary" loading={busy} disabled={!judgment} onClick={compose}>{judgment ? `由第 ${judgment.number} 次研判（${moment(judgment.at)}）生成` : '先做一次研判'}</Button>
    {trouble && <span className="trouble" role="alert">✕ {trouble}</span>}
  </>
}
