import { Button } from 'antd'
import { useState } from 'react'
import { useApp } from '../app'
import { useHealth } from '../hooks/queries'
import { usePages } from '../hooks/useHash'
import { NameDialog } from './NameDialog'

type Light = 'good' | 'busy' | 'off' | 'bad'
const SIGNS: Record<Light, string> = { good: '●', busy: '◐', off: '○', bad: '✕' }
const MODEL: Record<string, [Light, string]> = {
  ready: ['good', '就绪'], starting: ['busy', '启动中，先按规则分析'], off: ['off', '未启用，按规则分析'],
  failing: ['bad', '故障，按规则分析'],
}
const KNOWLEDGE: Record<string, [Light, string]> = {
  ready: ['good', '就绪'], building: ['busy', '建立中'], empty: ['off', '空'], failing: ['bad', '故障'],
}
const CITY: Record<string, [Light, string]> = {
  ready: ['good', '通'], unreachable: ['bad', '不通，派单将排队'], unavailable: ['bad', '不可用，派单将排队'],
}

/** The true state of what the operator leans on. */
export function Header({ onHelp }: { onHelp: () => void }) {
  const { operator, reached } = useApp()
  const health = useHealth().data
  const { here, links } = usePages()
  const [renaming, setRenaming] = useState(false)
  return (
    <header className="top">
      <h1>平急<span>{health ? `${health.city} 12345` : ''}</span></h1>
      <nav className="pages" aria-label="页面">
        <a href={links.desk} aria-current={here === 'desk' ? 'page' : undefined}>工单台</a>
        <a href={links.knowledge} aria-current={here === 'knowledge' ? 'page' : undefined}>知识库</a>
        <a href={links.command} aria-current={here === 'command' ? 'page' : undefined}>指挥台</a>
      </nav>
      <div className="lights" role="status" aria-label="系统状态">
        {!reached && <span className="light light-bad">✕ 连不上服务器，正在重连；已填内容不会丢</span>}
        {health && <>
          <Light name="模型" state={MODEL[health.model.state]} detail={health.model.detail} extra={health.model.name} />
          <Light
            name="知识库" state={KNOWLEDGE[health.knowledge.state]} detail={health.knowledge.detail}
            extra={health.knowledge.clauses ? `${health.knowledge.clauses} 条` : null}
          />
          <Light name="派单接口" state={CITY[health.city_api.state]} detail={health.city_api.detail} extra={null} />
        </>}
      </div>
      <Button className="wide" size="small" ghost onClick={onHelp}>快捷键 ?</Button>
      <Button size="small" ghost onClick={() => setRenaming(true)}>{here === 'command' ? '值守' : '坐席'}：{operator || '未填'}</Button>
      {renaming && <NameDialog open onClose={() => setRenaming(false)} />}
    </header>
  )
}

function Light({ name, state = ['bad', '未知'], detail, extra }: {
  name: string; state: [Light, string] | undefined; detail: string; extra: string | null
}) {
  const [light, words] = state
  return (
    <span className={`light light-${light}`} title={[extra, detail].filter(Boolean).join('；')}>
      {SIGNS[light]} {name}{words}
    </span>
  )
}
