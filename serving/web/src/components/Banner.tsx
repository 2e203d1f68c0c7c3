import { Button } from 'antd'
import { useApp } from '../app'
import { alertsOf } from '../hooks/alerts'
import type { Desk } from '../hooks/useDesk'
import { timeOfDay } from '../state/format'
import { Hint } from './Hint'
import type { Transfers } from '../hooks/useTransfers'
import type { Alert } from '../types'

/** Shown the moment an alert arrives, above everything, dialogs included; nothing can hide it. */
export function Banner({ desk, transfers }: { desk: Desk; transfers: Transfers }) {
  const alerts = alertsOf(desk)
  const emergencies = alerts.filter((alert) => alert.number)
  const routes = alerts.filter((alert) => !alert.number)
  if (!alerts.length) return null
  return (
    <div className="banners" role="alert">
      {emergencies.slice(0, 1).map((alert) => (
        <Emergency key={alert.name} alert={alert} others={emergencies.slice(1)} transfers={transfers} />
      ))}
      {routes.map((alert) => <SpecialRoute key={alert.route} alert={alert} desk={desk} />)}
    </div>
  )
}

function Emergency({ alert, others, transfers }: { alert: Alert; others: Alert[]; transfers: Transfers }) {
  const { operator } = useApp()
  const also = [...new Set([...alert.also, ...others.map((other) => other.number ?? '')])]
    .filter((number) => number && number !== alert.number)
  const given = transfers.given
  return (
    <div className={`banner emergency ${given ? 'handled' : ''}`}>
      <strong className="number"><small>拨打</small>{alert.number}</strong>
      <div className="words">
        <b>{alert.certain === false ? '疑似' : ''}紧急：{[alert, ...others].map((item) => item.name).join('；')}</b>
        {also.length > 0 && <b className="also">并通知 {also.join('、')}</b>}
        <p>{alert.advice}</p>
        {alert.evidence && <p className="evidence">原话：“{alert.evidence}”</p>}
      </div>
      {given
        ? <div className="acts"><span>✓ {given.how === 'transferred' ? '已转接' : '来电人拒绝转接'} {timeOfDay(given.at)}
          {given.saved ? `，已记录` : '，待记录'}</span>{given.error && <small>{given.error}</small>}</div>
        : <div className="acts">
          <Button size="large" onClick={() => transfers.give('transferred', alert.number ?? '', operator)}>
            已转接 {alert.number}<Hint keys="Alt+T" />
          </Button>
          <Button size="small" onClick={() => transfers.give('refused', alert.number ?? '', operator)}>来电人拒绝转接</Button>
        </div>}
    </div>
  )
}

function SpecialRoute({ alert, desk }: { alert: Alert; desk: Desk }) {
  const route = desk.city?.special_routes.find((item) => item.id === alert.route)
  return (
    <div className="banner route">
      <strong>{alert.route}</strong>
      <div className="words">
        <b>{alert.certain === false ? '疑似' : ''}特殊路径：{alert.name}</b>
        <p>{alert.advice || route?.channel}</p>
        {alert.evidence && <p className="evidence">原话：“{alert.evidence}”</p>}
      </div>
      {route && <p className="confirm">由人确认：{route.confirm_what}</p>}
    </div>
  )
}
