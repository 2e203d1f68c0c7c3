import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useApp } from '../../app'
import { useKnowledgeApi, useRefresh } from '../hooks/queries'
import type { Go } from '../hooks/usePlace'
import { correctedBy } from '../state/correction'
import { toggled, type Place } from '../state/place'
import { span, stateOn, whyEnded } from '../state/validity'
import type { DocumentDetail } from '../types'
import { CorrectDialog } from './CorrectDialog'
import { LevelTag, StateTag } from './StateTag'

/** What the document is, whether it stands, and what can be done with it. */
export function DocumentHead({ found, day, place, go }: { found: DocumentDetail; day: string; place: Place; go: Go }) {
  const [correcting, setCorrecting] = useState(false)
  const remove = useRemove(found, go)
  const only = place.filters.documents.includes(found.document_id)
  const about = [found.doc_number, found.issuer, found.region, found.part, ...(found.hazards ?? [])].filter(Boolean)
  const items = [
    { key: 'only', label: only ? '不再只在本文件检索' : '只在本文件检索', onClick: () => go({ filters: toggled(place.filters, 'documents', found.document_id), pane: 'hits' }) },
    { key: 'correct', label: '更正文件信息…', onClick: () => setCorrecting(true) },
    { key: 'remove', label: '从知识库删除…', danger: true, onClick: remove },
  ]
  return (
    <header className="doc-head">
      <h2>《{found.title}》</h2>
      <Dropdown menu={{ items }} trigger={['click']}><Button size="small">文件操作 ▾</Button></Dropdown>
      <p>
        <LevelTag level={found.level} /><StateTag state={stateOn(found, day)} />
        <span>{span(found)}{whyEnded(found.end_reason) && `（${whyEnded(found.end_reason)}）`}</span>
      </p>
      {about.length > 0 && <p className="doc-about">{about.join(' · ')} · {found.clauses.length} 条</p>}
      {found.corrections && found.corrections.length > 0 && <p className="doc-about">✎ 手工更正：{found.corrections.map(correctedBy).join('、')}</p>}
      {correcting && <CorrectDialog found={found} onClose={() => setCorrecting(false)} />}
    </header>
  )
}

function useRemove(found: DocumentDetail, go: Go): () => void {
  const { modal, message } = App.useApp()
  const { operator } = useApp()
  const api = useKnowledgeApi()
  const refresh = useRefresh()
  const remove = async () => {
    try {
      await api.remove(found.document_id)
      go({ doc: null, clause: null, article: null, against: null, pane: 'hits' })
      refresh()
      message.success(`已删除《${found.title}》`)
    } catch (error) {
      message.error(error instanceof Error ? error.message : '没有删掉，请重试')
    }
  }
  return () => void modal.confirm({
    title: `从知识库删除《${found.title}》？`, okText: '删除', cancelText: '返回', okButtonProps: { danger: true }, autoFocusButton: 'cancel', centered: true,
    content: <>
      <p>这一版的 {found.clauses.length} 条立即不再被检索和引用；已写进工单的引用将无法再核对。被它取代的旧版本会恢复效力，其他版本不受影响。</p>
      <p>需要时可重新上传原文件。操作人：{operator}</p>
    </>,
    onOk: remove,
  })
}
