import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { sourceName } from '../state/freshness'
import type { Source } from '../types'

/** What was wrong in a source's answers: counted beside it, listed on demand, for whoever has to call its owner. */
export function Problems({ source: { name, problems = [], problems_count: count = 0 } }: { source: Source }) {
  const [open, setOpen] = useState(false)
  return <>
    {' '}<button type="button" className="link problems-count" onClick={() => setOpen(true)}>⚠ {count} 处有误</button>
    {open && (
      <Dialog width={760} title={`${sourceName(name)}：${count} 处有误，未用或须核对`} footer={null} onCancel={() => setOpen(false)}>
        <ul className="dots problem-list">{problems.map((problem) => <li key={problem}>{problem}</li>)}</ul>
        {count > problems.length && <p className="quiet-line">这里是最近的 {problems.length} 处。</p>}
      </Dialog>
    )}
  </>
}
