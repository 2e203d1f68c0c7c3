import { ThoughtChain } from '@ant-design/x'
import { Button } from 'antd'
import { useState } from 'react'
import type { RunView, Step } from '../state/run'
import { SourceTag } from './SourceTag'

/** The steps of the analysis as they happen; one line once it is done, opened on demand. */
export function Steps({ run }: { run: RunView }) {
  const [open, setOpen] = useState<boolean | null>(null)
  if (run.steps.length === 0 && run.phase === 'empty') return null
  const busy = run.phase === 'running'
  const shown = open ?? (busy || run.phase === 'failed')
  const total = run.steps.reduce((sum, step) => sum + (step.elapsedMs ?? 0), 0)
  return (
    <section className="steps" aria-label="分析过程" aria-live="polite">
      <div className="steps-head">
        <b>{busy ? `正在分析：${run.steps.at(-1)?.title ?? '开始'}…` : summary(run)}</b>
        <small>{run.steps.length} 步 · {seconds(total)}</small>
        <Button size="small" type="text" onClick={() => setOpen(!shown)}>{shown ? '收起' : '展开步骤'}</Button>
      </div>
      {run.error && <p className="trouble">✕ {run.error}</p>}
      {shown && <ThoughtChain className="chain" items={run.steps.map(item)} />}
    </section>
  )
}

function item(step: Step) {
  const done = step.state === 'done'
  return {
    key: step.name,
    status: done ? 'success' as const : 'loading' as const,
    title: (
      <span className="step">
        <b>{step.title}</b><SourceTag source={step.source ?? undefined} />
        <span className="step-text">{step.summary}</span>
        <small>{step.elapsedMs === null ? '' : seconds(step.elapsedMs)}</small>
      </span>
    ),
  }
}

function summary(run: RunView): string {
  if (run.phase === 'failed') return '分析失败'
  if (run.phase === 'cancelled') return '分析已取消'
  return run.degraded.length ? '分析完成（有降级）' : '分析完成'
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} 毫秒` : `${(ms / 1000).toFixed(1)} 秒`
}
