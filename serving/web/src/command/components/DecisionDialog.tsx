import { Input, Radio } from 'antd'
import { useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { useApp } from '../../app'
import { moment } from '../../state/format'
import { useCommand } from '../command'
import { useCommandApi, useRefresh } from '../hooks/queries'
import { useSend } from '../hooks/useSend'
import { actsFor, clausesFor, departures, EMPTY, isLowering, levelsFor, missing, needsLevel, sentence, signerOf, wishOf, type Draft } from '../state/decision'
import { ACTS, adviceWords, levelName } from '../state/levels'
import type { Act, HazardPicture, Level } from '../types'
import { Departure, EndConditions } from './DecisionGrounds'
import { PostInput } from './PostInput'

/** A named person signs. First what is decided, then once more exactly what is signed; a habitual Enter can't do it. */
export function DecisionDialog({ hazard, onClose }: { hazard: HazardPicture; onClose: () => void }) {
  const { operator } = useApp()
  const { situation, judgment } = useCommand()
  const api = useCommandApi()
  const refresh = useRefresh()
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const [reading, setReading] = useState(false)
  const { send, busy, trouble } = useSend()
  const signed = situation.signed[hazard.hazard] ?? null
  const wish = wishOf(draft, hazard.hazard, judgment?.judgment_id ?? null)
  const next = () => {
    if (!reading) setReading(true)
    else if (wish) {
      send(() => api.decide(wish), () => {
        refresh()
        onClose()
      })
    }
  }
  return (
    <Dialog
      width={640} title={`${hazard.name}：签发决定`} onOk={next} confirmLoading={busy} cancelText={reading ? '返回修改' : '不签（Esc）'}
      okText={reading ? '签发' : '下一步：核对'} onCancel={(event) => (reading && event.type === 'click' ? setReading(false) : onClose())} okButtonProps={{ disabled: missing(draft) !== null, danger: reading }}
    >
      {reading
        ? <Review words={sentence(draft, hazard, operator)} draft={draft} hazard={hazard} signed={signed} />
        : <Form draft={draft} onDraft={setDraft} hazard={hazard} signed={signed} />}
      {!reading && <p className="quiet-line still-missing" role="status">{missing(draft) ?? '可以进入核对'}</p>}
      {trouble && <p className="trouble" role="alert">✕ {trouble}</p>}
    </Dialog>
  )
}

function Form({ draft, onDraft, hazard, signed }: { draft: Draft; onDraft: (draft: Draft) => void; hazard: HazardPicture; signed: Level | null }) {
  const { situation } = useCommand()
  const set = (patch: Partial<Draft>) => onDraft({ ...draft, ...patch })
  const signer = signerOf(situation.posts, hazard, draft, signed)
  const advised = situation.advice[hazard.hazard]
  const against = departures(hazard, advised, draft, signed)
  return (
    <div className="form">
      <p>系统：<b>{adviceWords(hazard, advised)}</b>。现行：<b>{signed ? levelName(signed) : '未启动'}</b>。</p>
      <div className="form-row"><span>决定</span><Radio.Group aria-label="决定" value={draft.action} onChange={(event) => set({ action: event.target.value as Act, level: null })} options={actsFor(signed).map((value) => ({ value, label: ACTS[value] }))} /></div>
      {needsLevel(draft.action) && <div className="form-row"><span>级别</span><Radio.Group aria-label="级别" value={draft.level} onChange={(event) => set({ level: event.target.value as Level })} options={levelsFor(draft.action, signed).map((value) => ({ value, label: levelName(value) }))} /></div>}
      {isLowering(draft.action) ? <EndConditions hazard={hazard} draft={draft} signed={signed} /> : <Started hazard={hazard} draft={draft} />}
      <Departure lines={against} />
      <PostInput value={draft.post} named={signer} onChange={(post) => set({ post })} />
      <label>理由<Input.TextArea aria-label="理由" value={draft.reason} maxLength={500} autoSize={{ minRows: 2 }} placeholder={against.length ? '必填，留痕：为什么与系统建议不同' : '必填，留痕'} onChange={(event) => set({ reason: event.target.value })} /></label>
    </div>
  )
}

function Started({ hazard, draft }: { hazard: HazardPicture; draft: Draft }) {
  const clauses = clausesFor(hazard, draft, null)
  return <p className="basis-line">{clauses.length ? `已成立的启动条文：${clauses.join('、')}` : '没有已成立的启动条文：理由请写明依据'}</p>
}

function Review({ words, draft, hazard, signed }: { words: string; draft: Draft; hazard: HazardPicture; signed: Level | null }) {
  const { judgment, situation } = useCommand()
  return (
    <div className="review-box">
      <p className="sentence-big">{words}</p>
      <dl className="about">
        <dt>理由</dt><dd>{draft.reason}</dd>
        <dt>依据</dt><dd>{clausesFor(hazard, draft, signed).join('、') || '无已成立条文'}{judgment && `；第 ${judgment.number} 次研判（${moment(judgment.at)}）`}</dd>
        <dt>态势</dt><dd>{moment(situation.at)}，{situation.event.plan_version}</dd>
      </dl>
      <Departure lines={departures(hazard, situation.advice[hazard.hazard], draft, signed)} />
      <p className="quiet-line">签发后记入审计并成为现行级别。系统不会因此自动对外发布或下达任何指令。</p>
    </div>
  )
}
