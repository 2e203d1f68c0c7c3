import { Button, Drawer, Progress } from 'antd'
import { useRef, useState } from 'react'
import { moment } from '../../state/format'
import type { Outgoing } from '../api'
import type { Go } from '../hooks/usePlace'
import type { Uploads } from '../hooks/useUploads'
import { chosenFiles, droppedFiles } from '../state/dropped'
import type { FileState, FileView, UploadView } from '../state/uploads'
import type { UploadRow } from '../types'

const KINDS = '.md,.txt,.html,.htm,.docx,.pdf,.xlsx,.xls,.csv,.ofd,.png,.jpg,.jpeg,.tif,.tiff'
const SIGNS: Record<FileState, string> = { waiting: '…', added: '✓', unchanged: '＝', skipped: '－', failed: '✕' }

/** Files in, and what became of each. It goes on in the server when this is closed. */
export function UploadDrawer({ open, uploads, go, onClose }: { open: boolean; uploads: Uploads; go: Go; onClose: () => void }) {
  const show = (documentId: string) => {
    go({ doc: documentId, clause: null, article: null, against: null, pane: 'text' })
    onClose()
  }
  return (
    <Drawer open={open} onClose={onClose} size={560} title="上传文件" rootClassName="kb-drawer">
      <DropZone onFiles={uploads.send} />
      {uploads.sending && <>
        <p role="status">◐ 正在传到服务器：{uploads.sending.sent} / {uploads.sending.total} 个文件。传完之前请不要关闭本页。</p>
        <Progress percent={Math.round((100 * uploads.sending.sent) / uploads.sending.total)} size="small" />
      </>}
      {uploads.refused.map((words) => <p key={words} className="trouble" role="alert">✕ {words}</p>)}
      {uploads.error && <p className="trouble">✕ 上传记录没有读到：{uploads.error}</p>}
      {uploads.list.map(({ row, view }) => <Upload key={row.upload_id} row={row} view={view} onShow={show} />)}
    </Drawer>
  )
}

function DropZone({ onFiles }: { onFiles: (files: Outgoing[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    <div
      className={`drop ${over ? 'over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        void droppedFiles(event.dataTransfer).then((files) => files.length && onFiles(files))
      }}
    >
      <p><b>把文件或文件夹拖到这里</b>，或 <Button size="small" onClick={() => input.current?.click()}>选择文件</Button></p>
      <p><small>Word、PDF、网页、Markdown、文本、Excel、OFD、扫描图片。标题、文号、层级、日期会自动读出，可事后更正。</small></p>
      <input
        ref={input} type="file" multiple hidden accept={KINDS} aria-label="选择要上传的文件"
        onChange={(event) => { onFiles(chosenFiles(event.target.files)); event.target.value = '' }}
      />
    </div>
  )
}

function Upload({ row, view, onShow }: { row: UploadRow; view: UploadView; onShow: (documentId: string) => void }) {
  const failed = view.files.filter((file) => file.state === 'failed' || file.state === 'skipped')
  const rest = view.files.filter((file) => !failed.includes(file))
  const title = row.kind === 'publish' ? '发布索引' : summary(view)
  return (
    <section className="upload" aria-label={title}>
      <h3>{!view.finished ? '◐' : view.error || failed.length ? '✕' : '✓'} {title}</h3>
      <p><small>{moment(row.created_at)} · {row.operator === 'api' ? '程序' : row.operator}</small></p>
      {view.error && <p className="trouble" role="alert">{view.error}</p>}
      {!view.finished && <Underway view={view} queued={row.stage === 'queued'} />}
      {failed.length > 0 && (
        <div className="unread">
          <b>没有收录，原因和办法：</b>
          <ul>{failed.map((file, at) => <li key={at}><b>{file.name}</b>　{file.reason}</li>)}</ul>
        </div>
      )}
      <ul className="files">{rest.map((file, at) => <FileRow key={at} file={file} onShow={onShow} />)}</ul>
    </section>
  )
}

function summary({ files, finished }: UploadView): string {
  const count = (state: FileState) => files.filter((file) => file.state === state).length
  const parts: [string, number][] = [['收录', count('added')], ['内容未变', count('unchanged')], ['跳过', count('skipped')], ['读不了', count('failed')]]
  const told = parts.filter(([, number]) => number > 0).map(([name, number]) => `${name} ${number}`).join('，')
  return `${files.length} 个文件${told ? `：${told}` : finished ? '' : '，正在处理'}`
}

/** Words are searchable before vectors are there; say so, or people wait for the bar. */
function Underway({ view: { reading, publish, files }, queued }: { view: UploadView; queued: boolean }) {
  const [what, { done, total }] = publish ? ['语义索引', publish] : ['读取', reading ?? { done: 0, total: files.length }]
  if (queued && !reading && !publish) return <p><small>排队中，前面的完成后自动开始</small></p>
  return <>
    <Progress percent={total ? Math.floor((100 * done) / total) : 0} size="small" />
    <p><small>{what} {done} / {total} {publish ? '条，在后台继续' : '个文件'}。可以关闭本窗口，不会中断。</small></p>
  </>
}

function FileRow({ file, onShow }: { file: FileView; onShow: (documentId: string) => void }) {
  const { documentId, notices } = file
  const said = file.state === 'added' ? `${file.clauses ?? ''} 条` : file.reason
  return (
    <li>
      <span title={file.name}>{SIGNS[file.state]} {file.name}</span>
      <small>{said}</small>
      {documentId && <button type="button" className="link" onClick={() => onShow(documentId)}>打开</button>}
      {notices.length > 0 && <details><summary>⚠ {notices.length} 处异常，请核对</summary><ul>{notices.map((notice) => <li key={notice}>{notice}</li>)}</ul></details>}
    </li>
  )
}
