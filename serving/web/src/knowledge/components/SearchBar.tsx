import { Button, Checkbox, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useState } from 'react'
import type { Go } from '../hooks/usePlace'
import { SEARCH_BOX } from '../hooks/useKnowledgeKeys'
import type { Place } from '../state/place'

const FORMATS = ['YYYY-MM-DD', 'YYYYMMDD', 'YYYY.M.D', 'YYYY/M/D', 'YYYY年M月D日']

/** The question, the day it is asked for, and whether what does not stand on that day is shown too. */
export function SearchBar({ place, go, onUpload, onHealth, health, uploading }: {
  place: Place; go: Go; onUpload: () => void; onHealth: () => void; health: { sign: string; words: string; bad: boolean }; uploading: boolean
}) {
  const [words, setWords] = useState(place.q)
  useEffect(() => setWords(place.q), [place.q])
  return (
    <section className="kb-bar" aria-label="检索与收录">
      <form role="search" onSubmit={(event) => { event.preventDefault(); go({ q: words.trim(), pane: 'hits', against: null }) }}>
        <input
          id={SEARCH_BOX} type="search" aria-label="检索知识库" autoComplete="off" maxLength={1000} value={words}
          placeholder="说事情、写条号或文号，如：拖欠工资怎么办 / 民法典1254条" onChange={(event) => setWords(event.target.value)}
        />
        <kbd aria-hidden="true">/</kbd>
        <Button type="primary" htmlType="submit">检索</Button>
      </form>
      <div className="kb-when">
        <label className="wide" htmlFor="as-of">生效日</label>
        <DatePicker
          id="as-of" aria-label="按哪一天的效力检索" placeholder="今天" format={FORMATS} value={place.asOf ? dayjs(place.asOf) : null}
          onChange={(day) => go({ asOf: day ? day.format('YYYY-MM-DD') : null })}
        />
        <Checkbox checked={place.anyTime} onChange={(event) => go({ anyTime: event.target.checked })}>含失效<span className="wide">、未施行</span></Checkbox>
      </div>
      <div className="kb-acts">
        <Button onClick={onUpload} aria-label={uploading ? '上传文件（收录中）' : '上传文件'}>{uploading ? '◐ 收录中…' : <>＋ 上传<span className="wide">文件</span></>}</Button>
        <Button className={health.bad ? 'bad' : ''} onClick={onHealth} aria-label={`索引状态：${health.words}`}>{health.sign} <span className={health.bad ? '' : 'wide'}>{health.words}</span></Button>
      </div>
    </section>
  )
}

export function DayBanner({ place, go }: { place: Place; go: Go }) {
  if (!place.asOf) return null
  return (
    <p className="kb-day" role="status">
      ▲ 正在按 <b>{place.asOf}</b> 的效力检索和显示，不是今天。
      <Button size="small" onClick={() => go({ asOf: null })}>回到今天</Button>
    </p>
  )
}
