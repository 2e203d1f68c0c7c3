import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useApp } from '../app'
import type { Desk } from '../hooks/useDesk'
import type { Order, Wish } from '../types'

const STATE: Record<Order['state'], string> = {
  queued: '发送中', sent: '已派发', failed: '未派出', replaced: '已改派', closed: '已关闭',
}

/** How each order of the ticket stands, where there are several or one came back; and what to do with that one. */
export function Orders({ desk, orders }: { desk: Desk; orders: Order[] }) {
  if (orders.length < 2 && !orders.some((order) => order.came_back)) return null
  const unit = (id: string) => desk.city?.departments.find((row) => row.dept_id === id)?.short_name ?? id
  const matter = (code: string) => desk.city?.catalogue.find((row) => row.code === code)?.level3 ?? code
  return (
    <ul className="orders" aria-label="各项派单">
      {orders.map((order) => (
        <li key={order.key}>
          {matter(order.service_code)} → {unit(order.main_dept_id)}：{order.came_back && order.state === 'sent' ? '单位退回' : STATE[order.state]}
          {order.service_request_id && `，承办编号 ${order.service_request_id}`}
          {order.came_back && desk.ticket && <Settle desk={desk} order={order} ticketId={desk.ticket.ticket_id} />}
        </li>
      ))}
    </ul>
  )
}

/** An order that came back goes to another unit or is closed; the others stand. */
function Settle({ desk, order, ticketId }: { desk: Desk; order: Order; ticketId: string }) {
  const { api } = useApp()
  const client = useQueryClient()
  // Never the unit that just sent it back: the catalogue's own, or else the person chooses.
  const own = desk.city?.catalogue.find((row) => row.code === order.service_code)?.main_dept_id
  const [unit, setUnit] = useState(own === order.main_dept_id ? undefined : own)
  const [reason, setReason] = useState('')
  const handled = useMutation({
    mutationFn: (wish: Wish) => api.handleOrder(ticketId, order.key, wish),
    onSettled: () => Promise.all([
      client.invalidateQueries({ queryKey: ['ticket', ticketId] }),
      client.invalidateQueries({ queryKey: ['tickets'] }),
    ]),
  })
  const ready = reason.trim() !== '' && !handled.isPending
  return (
    <span className="settle">
      <Select
        showSearch={{ optionFilterProp: 'label' }} aria-label="改派单位" placeholder="改派给哪个单位" value={unit} onChange={setUnit}
        options={desk.city?.departments.map((row) => ({ value: row.dept_id, label: row.name })) ?? []}
      />
      <Input aria-label="处理理由" placeholder="理由（必填）" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      <Button type="primary" disabled={!ready || !unit} onClick={() => unit && handled.mutate({ decision: 'redispatch', reason: reason.trim(), main_dept_id: unit })}>改派</Button>
      <Button disabled={!ready} onClick={() => handled.mutate({ decision: 'close', reason: reason.trim() })}>不再派发</Button>
      {handled.error && <b role="alert">{handled.error.message}</b>}
    </span>
  )
}
