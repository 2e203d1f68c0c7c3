import { App, Segmented } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { Dialog } from '../components/Dialog'
import { Header } from '../components/Header'
import { Others } from '../components/Others'
import { useTickets } from '../hooks/queries'
import { useSelected } from '../hooks/useSelected'
import { useStored } from '../state/stored'
import { DayBanner, SearchBar } from './components/SearchBar'
import { useDocuments, useStatus } from './hooks/queries'
import { useKnowledgeKeys } from './hooks/useKnowledgeKeys'
import { usePlace } from './hooks/usePlace'
import { useUploads } from './hooks/useUploads'
import './knowledge.css'
import { Compare } from './panes/Compare'
import { DocumentTree } from './panes/DocumentTree'
import { Facets } from './panes/Facets'
import { HealthDrawer } from './panes/Health'
import { Hits } from './panes/Hits'
import { Reader } from './panes/Reader'
import { UploadDrawer } from './panes/Uploads'
import { droppedFiles } from './state/dropped'
import { healthOf } from './state/health'
import { countFilters, type Pane } from './state/place'
import { titleKey } from './state/references'
import { standing } from './state/tree'
import { today } from './state/validity'

type Open = 'upload' | 'health' | 'help' | null

/** Search on the left, the text on the right; on a phone one of them at a time. */
export default function KnowledgePage() {
  const [place, go] = usePlace()
  const [, openTicket] = useSelected()
  const [open, setOpen] = useState<Open>(null)
  const uploads = useUploads()
  const status = useStatus(open === 'health' || uploads.busy)
  const health = healthOf(status.data, status.error?.message ?? null)
  const { titleOf, follow } = useDocumentLinks(place.asOf ?? today(), go)
  const day = place.asOf ?? today()
  useKnowledgeKeys(useCallback(() => setOpen('help'), []))
  const drop = (event: React.DragEvent) => {
    event.preventDefault()
    setOpen('upload')
    void droppedFiles(event.dataTransfer).then((files) => files.length && uploads.send(files))
  }
  return (
    <div className={`page kb pane-${place.pane} ${place.against ? 'comparing' : ''}`} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Header onHelp={() => setOpen('help')} />
      <Others rows={useTickets('').data?.items ?? []} selected={null} onOpen={openTicket} />
      <SearchBar place={place} go={go} health={health} uploading={uploads.busy} onUpload={() => setOpen('upload')} onHealth={() => setOpen('health')} />
      <DayBanner place={place} go={go} />
      {place.against ? <Compare place={place} go={go} /> : <>
        <PhoneTabs pane={place.pane} filters={countFilters(place.filters)} onPane={(pane) => go({ pane })} />
        <main className="kb-columns">
          <Side place={place} go={go} day={day} />
          <Hits place={place} go={go} day={day} titleOf={titleOf} />
          <Reader place={place} go={go} day={day} onFollow={follow} />
        </main>
      </>}
      <UploadDrawer open={open === 'upload'} uploads={uploads} go={go} onClose={() => setOpen(null)} />
      <HealthDrawer open={open === 'health'} status={status.data} health={health} busy={uploads.busy} onPublish={uploads.publish} onClose={() => setOpen(null)} />
      {open === 'help' && <Help onClose={() => setOpen(null)} />}
    </div>
  )
}

function Side({ place, go, day }: { place: ReturnType<typeof usePlace>[0]; go: ReturnType<typeof usePlace>[1]; day: string }) {
  const [shown, show] = useStored<'facets' | 'tree'>('kb-side', 'facets')
  const chosen = countFilters(place.filters)
  return (
    <section className="pane side" aria-label="筛选和目录">
      <div className="side-head">
        <Segmented
          block value={shown} onChange={show}
          options={[{ value: 'facets', label: chosen ? `筛选（${chosen}）` : '筛选' }, { value: 'tree', label: '目录' }]}
        />
      </div>
      {shown === 'facets' ? <Facets place={place} go={go} /> : <DocumentTree doc={place.doc} clause={place.clause} day={day} go={go} />}
    </section>
  )
}

function PhoneTabs({ pane, filters, onPane }: { pane: Pane; filters: number; onPane: (pane: Pane) => void }) {
  return (
    <nav className="tabs" aria-label="栏目">
      <Segmented<Pane>
        block value={pane} onChange={onPane}
        options={[{ value: 'tree', label: filters ? `筛选·目录 ●` : '筛选·目录' }, { value: 'hits', label: '结果' }, { value: 'text', label: '原文' }]}
      />
    </nav>
  )
}

/** Titles of documents by id, and the way from a title named in a text to the document that stands on the day. */
function useDocumentLinks(day: string, go: ReturnType<typeof usePlace>[1]) {
  const { message } = App.useApp()
  const documents = useDocuments().data?.items
  const titles = useMemo(() => new Map(documents?.map((row) => [row.document_id, row.title])), [documents])
  const titleOf = useCallback((documentId: string) => titles.get(documentId) ?? documentId, [titles])
  const follow = useCallback((title: string, article: string) => {
    const named = (documents ?? []).filter((row) => titleKey(row.title) === titleKey(title))
    const found = standing(named.sort((a, b) => (a.valid_from ?? '').localeCompare(b.valid_from ?? '')), day)
    if (found) go({ doc: found.document_id, clause: null, article, pane: 'text' })
    else message.info(`知识库里没有《${title}》`)
  }, [documents, day, go, message])
  return { titleOf, follow }
}

const KEYS: [keys: string, what: string][] = [
  ['/', '到检索框'], ['Enter', '检索；在结果上则打开'], ['↓ / ↑', '在结果中移动'], ['Home / End', '第一条 / 最后一条结果'],
  ['Esc', '从结果回到检索框；关闭窗口'], ['N / P', '版本对照：下一处 / 上一处修改'], ['Ctrl+F', '在打开的原文中查找'], ['?', '显示本表'],
]

function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="知识库快捷键" width={560} footer={null} onCancel={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => <div key={keys}><dt>{keys.split(' / ').map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}
      </dl>
    </Dialog>
  )
}
