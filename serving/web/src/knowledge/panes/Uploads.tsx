import { Button, Drawer, Progress } from 'antd'
import { useRef, useState } from 'react'
import type { Go } from '../hooks/usePlace'
import type { Uploads } from '../hooks/useUploads'
import { droppedFiles } from '../state/dropped'
import type { FileView, UploadView } from '../state/uploads'

const KINDS = '.md,.txt,.html,.htm,.docx,.pdf,.xlsx,.csv,.ofd'

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
      {uploads.refused && <p className="trouble" role="alert">✕ {uploads.refused}</p>}
      {uploads.list.map(({ id, view }) => <Upload key={id} view={view} onShow={show} />)}
      {uploads.list.some(({ view }) => view.finished) && <Button size="small" onClick={uploads.clear}>清除已完成的记录</Button>}
    </Drawer>
  )
}

function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
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
      <p><small>Word、PDF（有文字的）、网页、Markdown、文本、Excel。标题、文号、层级、日期会自动读出，可事后更正。</small></p>
      <input
        ref={input} type="file" multiple hidden accept={KINDS} aria-label="选择要上传的文件"
        onChange={(event) => { onFiles([...event.target.files ?? []]); event.target.value = '' }}
      />
    </div>
  )
}

function Upload({ view, onShow }: { view: UploadView; onShow: (documentId: string) => void }) {
  const failed = view.files.filter((file) => file.state === 'failed')
  const read = view.files.filter((file) => file.state === 'read').length
  const title = view.files.length ? `${view.files.length} 个文件：已收录 ${read}${failed.length ? `，未读入 ${failed.length}` : ''}` : '发布索引'
  return (
    <section className="upload" aria-label={title}>
      <h3>{view.finished ? (view.error ? '✕' : '✓') : '◐'} {title}</h3>
      {view.error && <p className="trouble" role="alert">{view.error}</p>}
      <Publishing view={view} />
      {failed.length > 0 && (
        <div className="unread">
          <b>没有读入，原因和办法：</b>
          <ul>{failed.map((file, at) => <li key={at}><b>{file.name}</b>　{file.reason}</li>)}</ul>
        </div>
      )}
      <ul className="files">
        {view.files.filter((file) => file.state !== 'failed').map((file, at) => <FileRow key={at} file={file} over={view.finished} onShow={onShow} />)}
      </ul>
    </section>
  )
}

/** Words are searchable before vectors are there; say so, or people wait for the bar. */
function Publishing({ view }: { view: UploadView }) {
  if (!view.publish) return !view.finished && <p><small>正在读取…</small></p>
  const { done, total } = view.publish
  return <>
    <Progress percent={total ? Math.floor((100 * done) / total) : 100} size="small" />
    <p><small>{view.finished ? `语义索引 ${done} / ${total} 条` : `语义索引 ${done} / ${total} 条，在后台继续；按字面和条号已可检索`}</small></p>
  </>
}

function FileRow({ file, over, onShow }: { file: FileView; over: boolean; onShow: (documentId: string) => void }) {
  const { documentId } = file
  return (
    <li>
      <span>{file.state === 'read' ? '✓' : over ? '？' : '…'} {file.name}</span>
      <small>{file.state === 'read' ? `已收录${file.clauses === null ? '' : ` ${file.clauses} 条`}` : over ? '没有结果，请在目录里核对' : '等待读取'}</small>
      {documentId && <button type="button" className="link" onClick={() => onShow(documentId)}>打开</button>}
      {file.notices.length > 0 && <details><summary>⚠ {file.notices.length} 处异常</summary><ul>{file.notices.map((notice) => <li key={notice}>{notice}</li>)}</ul></details>}
    </li>
  )
}
