import { useMutation } from '@tanstack/react-query'
import { App, Button, Drawer, Progress } from 'antd'
import { useApp } from '../../app'
import { moment } from '../../state/format'
import { useGenerations, useKnowledgeApi, useRefresh } from '../hooks/queries'
import type { HealthView } from '../state/health'
import { pending, thousands } from '../state/health'
import type { Generation, Status } from '../types'
import { confirmByName } from '../components/confirmByName'

/** How the index is, what is wrong with it, and the way back to an older generation. */
export function HealthDrawer({ open, status, health, busy, onPublish, onClose }: {
  open: boolean; status: Status | undefined; health: HealthView; busy: boolean; onPublish: () => void; onClose: () => void
}) {
  return (
    <Drawer open={open} onClose={onClose} size={560} title="索引状态" rootClassName="kb-drawer">
      <p className={`health-line ${health.bad ? 'trouble' : ''}`} role="status">{health.sign} {health.words}</p>
      {health.problems.length > 0 && <ul className="problems" role="alert">{health.problems.map((problem) => <li key={problem}>✕ {problem}</li>)}</ul>}
      {status && <Facts status={status} />}
      <p><Button loading={busy} onClick={onPublish}>立即发布</Button> <small>把尚未进入索引的改动编入新的一代；检索不中断。</small></p>
      <Check />
      {open && <Generations />}
    </Drawer>
  )
}

function Facts({ status }: { status: Status }) {
  const waiting = pending(status)
  const rows: [string, string][] = [
    ['文件', `${thousands(status.documents)} 份`], ['条款', `${thousands(status.clauses)} 条`],
    ['已进索引', `${thousands(status.indexed)} 条`], ['待建语义索引', waiting ? `${thousands(waiting)} 条（字面检索已可用）` : '无'],
    ['当前一代', status.generation === null ? '还没有发布过' : `第 ${status.generation} 代，发布于 ${moment(status.published_at)}`],
    ['向量模型', status.embedder ?? '—'],
  ]
  return <>
    {waiting > 0 && status.clauses > 0 && <Progress percent={Math.floor((100 * (status.clauses - waiting)) / status.clauses)} />}
    <dl className="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
  </>
}

/** Reads every byte of database and index: minutes on a large base, so only when asked for. */
function Check() {
  const api = useKnowledgeApi()
  const check = useMutation({ mutationFn: api.check })
  const problems = check.data?.problems
  return (
    <div>
      <Button loading={check.isPending} onClick={() => check.mutate()}>全面检查</Button> <small>逐字节核对数据库和索引文件，可能要几分钟。</small>
      {problems && (problems.length
        ? <ul className="problems" role="alert">{problems.map((problem) => <li key={problem}>✕ {problem}</li>)}</ul>
        : <p role="status">✓ 没有发现问题</p>)}
      {check.error && <p className="trouble" role="alert">✕ {check.error.message}</p>}
    </div>
  )
}

function Generations() {
  const { modal, message } = App.useApp()
  const { operator } = useApp()
  const api = useKnowledgeApi()
  const refresh = useRefresh()
  const { data, error } = useGenerations()
  const rollback = (generation: Generation) => confirmByName(modal, {
    title: `退回到第 ${generation.generation} 代？`, name: `第${generation.generation}代`, operator,
    what: `检索将改用 ${moment(generation.created_at)} 发布的索引（${thousands(generation.clauses)} 条）。之后新增的条款暂时检索不到，已删除的不会复活；再次发布即恢复。`,
    onConfirm: async () => {
      try {
        await api.rollback(generation.generation)
        message.success(`已退回到第 ${generation.generation} 代`)
      } catch (failure) {
        message.error(failure instanceof Error ? failure.message : '没有退回，请重试')
      }
      refresh()
    },
  })
  if (error) return <p className="trouble">✕ 各代索引没有读到：{error.message}</p>
  return (
    <section aria-label="保留的各代索引">
      <h3>保留的各代索引</h3>
      {data?.items.length === 0 && <p className="quiet">还没有发布过。</p>}
      <ul className="generations">
        {data?.items.toReversed().map((item) => {
          const here = item.current
          return (
            <li key={item.generation}>
              <b>{here ? '●' : '○'} 第 {item.generation} 代</b>
              <span>
                {moment(item.created_at)} · {thousands(item.clauses)} 条{item.vectors < item.clauses && `，其中 ${thousands(item.clauses - item.vectors)} 条只能按字面找`}
              </span>
              {here ? <span className="tag">正在使用</span> : <Button size="small" onClick={() => rollback(item)}>退回到这一代…</Button>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
