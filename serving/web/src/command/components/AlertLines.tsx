import { useCommand } from '../command'
import { groupedAlerts, type AlertGroup } from '../state/alerts'
import { when } from '../state/freshness'
import type { WeatherAlert } from '../types'
import { ColourBadge } from './Badges'

const SHOWN = 6

/** Signals in force, one line a kind; what is more than a screen holds is counted, and opened on demand. */
export function AlertLines() {
  const { situation } = useCommand()
  const groups = groupedAlerts(situation.alerts)
  const rest = groups.slice(SHOWN)
  return <>
    {groups.slice(0, SHOWN).map((group) => <Kind key={group.type + group.colour} group={group} />)}
    {rest.length > 0 && <details className="alert-more"><summary>另有 {rest.length} 类：{rest.slice(0, 3).map(({ type, colour }) => `${type}${colour}色`).join('、')}{rest.length > 3 && ' 等'}</summary>{rest.map((group) => <Kind key={group.type + group.colour} group={group} />)}</details>}
  </>
}

function Kind({ group: { type, colour, alerts, districts } }: { group: AlertGroup }) {
  const { names } = useCommand()
  const [newest] = alerts
  return (
    <div className="alert-line"><ColourBadge type={type} colour={colour} /> {districts.map(names).join('、')}{' '}
      {alerts.length === 1 ? <Issued alert={newest} /> : (
        <details className="alert-more"><summary>{alerts.length} 条，最近 <Issued alert={newest} /></summary>
          <ul className="dots">{alerts.map((alert) => <li key={alert.alert_id}>{alert.districts.map(names).join('、')} <Issued alert={alert} /></li>)}</ul>
        </details>
      )}
    </div>
  )
}

function Issued({ alert }: { alert: WeatherAlert }) {
  const { situation } = useCommand()
  return <small>{alert.issuer} {when(alert.issued_at, situation.at)}{alert.expires_at && ` 至 ${when(alert.expires_at, situation.at)}`}</small>
}
