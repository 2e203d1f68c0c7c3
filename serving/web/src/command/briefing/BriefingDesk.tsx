import { Button, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useStored } from '../../state/stored'
import { exportPath, type ExportKind } from '../api'
import { useCommand } from '../command'
import { useCommandApi, useRefresh, useVersions } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { Compared } from './Compared'
import { overtaken, placeName, wish, withEdit, type Edits } from './edits'
import { Editor, toSentence } from './Editor'
import { Preview } from './Preview'
import { SignDialog } from './SignDialog'
import type { Briefing } from './types'

type Shown = 'both' | 'edit' | 'preview' | 'diff'
const SHOWN: Record<Shown, string> = { both: '并排', edit: '编辑', preview: '版式', diff: '对比' }
const EXPORTS: Record<ExportKind, string> = { docx: 'DOCX', pdf: 'PDF', html: 'HTML', md: 'MD' }

/** One version of a briefing on the desk. Unsaved words stay in this browser until the server has them, over other people's versions too. */
export function BriefingDesk({ briefing, onVersion }: { briefing: Briefing; onVersion: (version: number | null) => void }) {
  const { canAct } = useCommand()
  const [edits, setEdits] = useStored<Edits>(`briefing:${briefing.briefing_id}`, NO_EDITS)
  const [shown, setShown] = useStored<Shown>('briefing-shown', 'both')
  const [signing, setSigning] = useState(false)
  const versions = useVersions(briefing.briefing_id).data?.items ?? []
  const newest = versions.reduce((top, row) => Math.max(top, row.version), briefing.version)
  const mayEdit = canAct && briefing.version === newest
  const mine = mayEdit ? edits : NO_EDITS
  const unsaved = Object.keys(mine).length
  return (
    <div className="desk">
      <div className="desk-head">
        <Select aria-label="版本" value={briefing.version} onChange={(version: number) => onVersion(version === newest ? null : version)} options={versionNumbers(newest).map((value) => ({ value, label: `第 ${value} 版${value === newest ? '（最新）' : ''}` }))} />
        <Segmented<Shown> value={shown} onChange={setShown} options={(Object.keys(SHOWN) as Shown[]).filter((value) => value !== 'diff' || newest > 1).map((value) => ({ value, label: SHOWN[value] }))} />
        <Signed briefing={briefing} />
        <span className="exports" role="group" aria-label="导出">{(Object.keys(EXPORTS) as ExportKind[]).map((kind) => <a key={kind} className="export" href={exportPath(briefing.briefing_id, kind, briefing.version)} download={`${briefing.title}-第${briefing.version}版.${kind}`}>{EXPORTS[kind]}</a>)}</span>
        {mayEdit && <Button type={briefing.signature.signed_by ? 'default' : 'primary'} disabled={unsaved > 0} title={unsaved ? '先保存修改' : undefined} onClick={() => setSigning(true)}>签发…</Button>}
      </div>
      {unsaved > 0 && <Unsaved briefing={briefing} edits={mine} onSaved={() => { setEdits(NO_EDITS); onVersion(null) }} onDrop={() => setEdits(NO_EDITS)} />}
      <Warnings briefing={briefing} onPlace={(path) => { if (shown !== 'edit') setShown('both'); toSentence(path) }} />
      <div className={`desk-body show-${shown}`}>
        {(shown === 'both' || shown === 'edit') && <Editor briefing={briefing} edits={mine} mayEdit={mayEdit} onEdit={(path, text) => setEdits((before) => withEdit(before, briefing, path, text))} />}
        {(shown === 'both' || shown === 'preview') && <Preview briefing={briefing} edits={mine} />}
        {shown === 'diff' && <Compared key={briefing.version} briefing={briefing} newest={newest} />}
      </div>
      {signing && <SignDialog key={briefing.version} briefing={briefing} onClose={() => setSigning(false)} />}
    </div>
  )
}

const NO_EDITS: Edits = {}

function versionNumbers(newest: number): number[] {
  return Array.from({ length: newest }, (_, at) => newest - at)
}

function Signed({ briefing }: { briefing: Briefing }) {
  const { signed_by: by, acting } = briefing.signature
  return by ? <b className="signed">✓ {by} 已签发{acting && `（${acting}）`}</b> : <span className="unsigned-note">未签发 · {briefing.signature.post}</span>
}

function Unsaved({ briefing, edits, onSaved, onDrop }: { briefing: Briefing; edits: Edits; onSaved: () => void; onDrop: () => void }) {
  const api = useCommandApi()
  const refresh = useRefresh()
  const { send, busy, trouble } = useSend()
  const faster = overtaken(edits, briefing)
  const save = () => send(() => api.edit(briefing.briefing_id, wish(edits), briefing.version), () => {
    refresh('briefing', 'briefings', 'versions')
    onSaved()
  })
  return (
    <p className="unsaved" role="status">
      <b>{Object.keys(edits).length} 处修改未保存</b>（{Object.keys(edits).map((path) => placeName(briefing, path)).slice(0, 3).join('；')}）
      <Button size="small" type="primary" loading={busy} onClick={save}>保存为第 {briefing.version + 1} 版</Button>
      <Button size="small" onClick={onDrop}>放弃</Button>
      {faster.length > 0 && <span className="overtaken">⚠ 您动笔后已有人改过：{faster.map((path) => placeName(briefing, path)).join('；')}。保存将以您的文字为准。</span>}
      {trouble && <span className="trouble" role="alert">✕ {trouble}</span>}
    </p>
  )
}

/** Contradictions are told and kept; they stop nobody. */
function Warnings({ briefing, onPlace }: { briefing: Briefing; onPlace: (path: string) => void }) {
  if (!briefing.warnings.length) return null
  return (
    <details className="warnings" open>
      <summary>⚠ {briefing.warnings.length} 处与证据不一致（保留并留痕，由签发人判断）</summary>
      <ul className="dots">{briefing.warnings.map((item) => <li key={item.path + item.code + item.text}><button type="button" className="link" onClick={() => onPlace(item.path)}>{placeName(briefing, item.path)}</button>：{item.text}</li>)}</ul>
    </details>
  )
}
