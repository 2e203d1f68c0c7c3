/** The index's state in one sign and a few words, and what is wrong in full sentences. Pure. */

import type { Status } from '../types'

export interface HealthView { sign: string; words: string; bad: boolean; busy: boolean; problems: string[] }

export function healthOf(status: Status | undefined, failure: string | null): HealthView {
  if (!status) return failure ? { sign: '✕', words: '索引状态不明', bad: true, busy: false, problems: [failure] } : { sign: '…', words: '索引', bad: false, busy: false, problems: [] }
  const problems = status.warning ? [status.warning] : []
  const waiting = pending(status)
  if (problems.length) return { sign: '✕', words: `索引有 ${problems.length} 个问题`, bad: true, busy: false, problems }
  if (status.clauses === 0) return { sign: '○', words: '知识库是空的', bad: false, busy: false, problems }
  if (waiting > 0) return { sign: '◐', words: `${thousands(waiting)} 条待建语义索引`, bad: false, busy: true, problems }
  if (status.stale) return { sign: '◐', words: '有改动未发布', bad: false, busy: true, problems }
  return { sign: '●', words: `${thousands(status.clauses)} 条`, bad: false, busy: false, problems }
}

/** Clauses without a vector; where the server does not say, the difference to what is indexed. */
export function pending(status: Status): number {
  return status.pending ?? Math.max(0, status.clauses - status.indexed)
}

export function thousands(count: number): string {
  return count.toLocaleString('zh-CN')
}
