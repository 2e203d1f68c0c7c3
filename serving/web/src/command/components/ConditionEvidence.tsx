import { moment } from '../../state/format'
import { useCommand, useLook } from '../command'
import { measured, number, ranked, readingValue, threshold } from '../state/conditions'
import { plain } from '../state/plain'
import type { Condition, Reading, TestState } from '../types'

const VERDICTS = { true: ['●', '达到'], null: ['?', '未知'], false: ['○', '未达到'] } as const

/** Each test of a condition with the stations it rests on; every figure leads to its station and time. */
export function ConditionEvidence({ condition }: { condition: Condition }) {
  return (
    <div className="tests">
      {condition.why && <p className={condition.state === 'unknown' ? 'why-unknown' : ''} title={condition.why}>{plain(condition.why)}</p>}
      {condition.tests.map((test) => <Test key={test.t} test={test} said={condition.why} />)}
      {!condition.tests.length && <p>这一条只能由人判断：没有可用数据替代现场结论。</p>}
    </div>
  )
}

/** `said`: the reason that stands above already. */
function Test({ test, said }: { test: TestState; said: string }) {
  const { observed, required } = measured(test)
  const [sign, word] = VERDICTS[`${test.value}`]
  const wants = threshold(test)
  return (
    <div className="test">
      <p><b className={`vd-${test.value}`}>{sign} {word}</b> {wants && `${wants}：`}实有 <b>{observed}</b>，须 {required}{test.why && !said.includes(test.why) && `（${plain(test.why)}）`}</p>
      {test.readings.length > 0 && <ul className="readings">{ranked(test.readings).map((reading) => <ReadingChip key={reading.subject} reading={reading} unit={test.unit} />)}</ul>}
    </div>
  )
}

function ReadingChip({ reading, unit }: { reading: Reading; unit: string }) {
  const { situation, names } = useCommand()
  const look = useLook()
  const station = situation.stations.find((row) => row.station_id === reading.subject)
  const open = () => look(station
    ? { kind: 'station', id: reading.subject, metric: station.metric, at: reading.at } : { kind: 'district', id: reading.subject })
  return (
    <li>
      <button type="button" className={`reading-chip vd-${reading.verdict}`} title={reading.why || undefined} onClick={open}>
        <span aria-hidden="true">{VERDICTS[`${reading.verdict}`][0]}</span> {names(reading.subject)} <b>{readingValue(reading, unit)}</b>{typeof reading.threshold === 'number' && <small>/ {number(reading.threshold)}</small>}
        <small>{reading.at ? moment(reading.at).split(' ')[1] : ''}{reading.verdict === null && reading.why ? ` ${reading.why}` : ''}</small>
      </button>
    </li>
  )
}
