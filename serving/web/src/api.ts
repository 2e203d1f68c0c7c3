/** The server's API, typed. Every failure is a `Refused` (the server said no) or an `Unreachable` (nobody answered). */

import type {
  Approval, Caller, City, Clause, Edits, Health, Hit, Place, TicketDetail, TicketPage, TicketRow, Wish,
} from './types'

export class Refused extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message)
  }
}

export class Unreachable extends Error {
  constructor() {
    super('连不上服务器：您填写的内容已留在本机，恢复后可继续')
  }
}

export interface NewTicket { ticket_id: string; text: string; channel: string; caller: Caller }
export interface Answer { decision: 'approve' | 'return'; action_hash: string; edits?: Edits; reason?: string }

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
/** One request. `path` is under /api; a body makes it a POST unless told; FormData goes as it is. */
export type Call = <T>(path: string, body?: unknown, method?: Method) => Promise<T>
export type Api = ReturnType<typeof createApi>

/** `operator` is read at every call, so a changed name counts at once; `onReach` hears whether the server answered. */
export function createCall(operator: () => string, onReach: (reached: boolean) => void): Call {
  return async <T>(path: string, body?: unknown, method: Method = body === undefined ? 'GET' : 'POST') => {
    const headers: Record<string, string> = { 'X-Operator': encodeURIComponent(operator()) }
    const init: RequestInit = { headers, method }
    if (body instanceof FormData) init.body = body
    else if (body !== undefined) {
      headers['Content-Type'] = 'application/json'
      init.body = JSON.stringify(body)
    }
    const response = await reach(() => fetch(`/api${path}`, init), onReach)
    if (!response.ok) throw await refusal(response)
    return (response.status === 204 ? null : await response.json()) as T
  }
}

export function createApi(call: Call) {
  const id = encodeURIComponent
  return {
    health: () => call<Health>('/health'),
    city: () => call<City>('/city'),
    places: (q: string) => call<{ items: Place[] }>(`/city/places?q=${id(q)}`),
    tickets: (q: string) => call<TicketPage>(`/tickets?limit=100${q ? `&q=${id(q)}` : ''}`),
    ticket: (ticketId: string) => call<TicketDetail>(`/tickets/${id(ticketId)}`),
    createTicket: (ticket: NewTicket) => call<{ ticket: TicketRow; run_id: string }>('/tickets', ticket),
    say: (ticketId: string, role: 'caller' | 'operator', text: string) =>
      call<{ run_id: string | null }>(`/tickets/${id(ticketId)}/messages`, { role, text }),
    run: (agent: 'triage' | 'ask', input: Record<string, unknown>) =>
      call<{ run_id: string }>('/runs', { agent, input }),
    decide: (approvalId: string, answer: Answer) => call<Approval>(`/approvals/${id(approvalId)}`, answer),
    handleOrder: (ticketId: string, key: string, wish: Wish) =>
      call<TicketDetail>(`/tickets/${id(ticketId)}/orders/${id(key)}`, wish),
    clause: (clauseId: string) => call<Clause>(`/knowledge/clauses/${id(clauseId)}`),
    search: (q: string) => call<{ items: Hit[] }>(`/knowledge/search?q=${id(q)}&top=5`),
  }
}

async function reach(send: () => Promise<Response>, onReach: (reached: boolean) => void): Promise<Response> {
  let response: Response
  try {
    response = await send()
  } catch {
    onReach(false)
    throw new Unreachable()
  }
  onReach(true)
  return response
}

async function refusal(response: Response): Promise<Refused> {
  const body = await response.json().catch(() => null) as { error?: { code?: string; message?: string } } | null
  const message = body?.error?.message ?? `服务器回应 ${response.status}；请稍后重试`
  return new Refused(response.status, body?.error?.code ?? 'unknown', message)
}
