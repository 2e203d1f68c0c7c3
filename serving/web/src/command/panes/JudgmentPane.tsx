import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { Steps } from '../../components/Steps'
import { useRun } from '../../hooks/useRun'
import { moment, timeOfDay } from '../../state/format'
import { LevelBadge } from '../components/Badges'
import { Advised, Exposure, Future, Gaps, Past, Resources } from '../components/JudgmentParts'
import { Measures } from '../components/Measures'
import { Chips } from '../components/Said'
import { useCommand } from '../command'
import { useCommandApi, useJudgments, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { judgmentAt, shortfalls } from '../state/judgments'
import type { Judgment, Paragraph } from '../types'

const TRIGGERS: Record<Judgment['trigger'], string> = { request: '人工发起', schedule: '定时', change: '条件变化' }
const PARTS: Record<Paragraph['part'], string> = { changes: '较上次', situation: '实况', judgment: '研判', impact: '影响', advice: '建议', uncertainty: '不确定性' }

/** The newest judgment, complete: what it advises on which clause, and what each sentence rests on. */
export function JudgmentPane() {
  const { judgment, canAct } = useCommand()
  return (
    <div className="judgment scroll">
      {canAct && <RunNow />}
      {judgment ? <Shown judgment={judgment} /> : <NotYet />}
    </div>
  )
}

function NotYet() {
  const { place, event } = useCommand()
  const rows = useJudgments(event).data?.items
  if (!rows || judgmentAt(rows, place.at)) return <p className="quiet" role="status">正在读取研判…</p>
  return <p className="quiet">{place.at ? '这一时刻之前还没有研判。' : '还没有研判。'}</p>
}

function RunNow() {
  const api = useCommandApi()
  const refresh = useRefresh()
  const [runId, setRunId] = useState<string | null>(null)
  const run = useRun(runId, null)
  const { send, busy, trouble } = useSend()
  const ended = run.phase === 'finished' || run.phase === 'failed' || run.phase === 'cancelled'
  useEffect(() => {
    if (ended) refresh('judgments', 'timeline')
  }, [ended, refresh])
  return (
    <div className="run-now">
      <Button type="primary" loading={busy || (runId !== null && !ended)} onClick={() => send(() => api.judge(null), ({ run_id }) => setRunId(run_id))}>立即研判</Button>
      {trouble && <span className="trouble" role="alert">✕ {trouble}</span>}
      {runId && <Steps run={run} />}
    </div>
  )
}

function Shown({ judgment }: { judgment: Judgment }) {
  return <>
    <header className="judgment-head">
      <h3>第 {judgment.number} 次研判 · {moment(judgment.at)} <LevelBadge level={judgment.level} /></h3>
      <small>{TRIGGERS[judgment.trigger]} · {timeOfDay(judgment.made_at)} 完成，用时 {(judgment.elapsed_ms / 1000).toFixed(1)} 秒 · {judgment.model ? `文字由模型 ${judgment.model} 起草并逐句核对` : '文字由模板生成'}</small>
      {shortfalls(judgment.degraded).map((line) => <p key={line} className="degraded">⚠ {line}</p>)}
    </header>
    {judgment.recommendations.map((item) => <Advised key={item.hazard} item={item} />)}
    {judgment.changes.length > 0 && (
      <section aria-label="较上次变化"><h4>较上次变化</h4><ul className="dots">{judgment.changes.map((change) => <li key={change.kind + change.subject + change.text}>{change.text} <Chips ids={change.evidence} /></li>)}</ul></section>
    )}
    <section aria-label="研判文字"><h4>研判文字</h4>{judgment.narrative.map((paragraph, at) => <Narrative key={at} paragraph={paragraph} />)}</section>
    {judgment.recommendations.map((item) => <Measures key={item.hazard} item={item} />)}
    <Exposure judgment={judgment} />
    <Resources judgment={judgment} />
    <Future judgment={judgment} />
    <Gaps judgment={judgment} />
    <Past judgment={judgment} />
  </>
}

function Narrative({ paragraph }: { paragraph: Paragraph }) {
  return (
    <p className="narrative"><b>{PARTS[paragraph.part]}</b>{'　'}
      {paragraph.sentences.map((sentence, at) => <span key={at} className={`sentence from-${sentence.source}`}>{sentence.text}<Chips ids={sentence.evidence} /></span>)}
    </p>
  )
}
