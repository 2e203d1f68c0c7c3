/** The HTTP contract with the server, as far as the page uses it. Times are ISO 8601 with zone. */

export type Source = 'rule' | 'model' | 'fallback' | 'human'
export type TicketStatus =
  | 'running' | 'waiting' | 'dispatching' | 'dispatched' | 'returned' | 'routed' | 'failed'

export interface Citation { clause_id: string; document: string; article: string; quote: string }
export interface Deadline { contact_by: string; finish_by: string; rule: string }
export interface Pii { kind: string; text: string; start: number; end: number }

export interface Demand {
  category_code: string
  main_dept_id: string
  co_dept_ids: string[]
  candidates: string[]
  district: string | null
  street: string | null
  place_id: string | null
  summary: string
  evidence: string
  deadline: Deadline
  citations: Citation[]
  confidence: number
}

export interface Decision {
  ticket_id: string
  special_route: string | null
  emergency_number: string | null
  ticket_type: string
  urgency: string
  demands: Demand[]
  missing: string[]
  questions: string[]
  pii: Pii[]
  redacted_text: string
  duplicate_of: string | null
  cluster_id: string | null
  risk_flags: string[]
  injection: boolean
  draft_order: string
  draft_reply: string
  needs_human: boolean
  reasons_for_human: string[]
  degraded: boolean
  sources: Record<string, Source>
  model: string | null
  elapsed_ms: number
}

/** A decision while it takes shape: demands, too, may hold only some of their fields. */
export type PartialDecision = Partial<Omit<Decision, 'demands'>> & { demands?: Partial<Demand>[] }

export interface TicketRow {
  ticket_id: string
  channel: string | null
  created_at: string
  status: TicketStatus
  preview: string
  run_id: string
  special_route: string | null
  emergency_number: string | null
  urgency: string | null
  ticket_type: string | null
  category_name: string | null
  main_dept_name: string | null
  finish_by: string | null
  degraded: boolean
}

export interface Approval {
  approval_id: string
  run_id: string
  ticket_id: string
  status: 'pending' | 'approved' | 'returned' | 'expired' | 'withdrawn'
  action: { kind: 'dispatch' | 'route'; decision: Decision }
  action_hash: string
  created_at: string
  expires_at: string
  decided_by: string | null
  decided_at: string | null
  reason: string | null
}

/** One order of a ticket. came_back: refused by the city or returned by its unit, and nobody has settled it yet. */
export interface Order {
  key: string
  state: 'queued' | 'sent' | 'failed' | 'replaced' | 'closed'
  main_dept_id: string
  service_code: string
  came_back: boolean
  service_request_id: string | null
  status: string | null
  status_notes: string | null
  updated_at: string | null
}

/** The order to look at first, and all of them. */
export interface Dispatch extends Order { orders: Order[] }

export interface Wish { decision: 'redispatch' | 'close'; reason: string; main_dept_id?: string }

export interface Message {
  role: 'caller' | 'operator' | 'system' | 'assistant'
  text: string
  at: string
  run_id: string | null
}

export interface Caller { name: string | null; phone: string | null; anonymous: boolean }
export interface PastTicket { ticket_id: string; created_at: string; summary: string; status: string }

export interface TicketDetail extends TicketRow {
  text: string
  caller: Caller
  decision: Decision | null
  approval: Approval | null
  dispatch: Dispatch | null
  runs: string[]
  messages: Message[]
  history: PastTicket[]
}

export interface TicketPage { items: TicketRow[]; next: string | null; counts: Record<string, number> }

export interface Health {
  app: string
  model: { state: 'starting' | 'ready' | 'off' | 'failing'; name: string | null; detail: string }
  knowledge: { state: 'ready' | 'building' | 'empty' | 'failing'; clauses: number; detail: string }
  city_api: { state: 'ready' | 'unreachable' | 'unavailable'; detail: string }
  city: string
  version: string
}

export interface Category {
  code: string; level1: string; level2: string; level3: string
  description: string; main_dept_id: string; co_dept_ids: string[]; notes: string
}
export interface Department { dept_id: string; name: string; short_name: string; hotline_phone: string }
export interface Route { id: string; name: string; covers: string; channel: string; phones: string[]; confirm_what: string }
export interface Place { place_id: string; name: string; kind: string; district: string; street: string }

export interface City {
  name: string
  hotline: string
  districts: { name: string; streets: string[] }[]
  departments: Department[]
  catalogue: Category[]
  ticket_types: string[]
  urgency_classes: string[]
  special_routes: Route[]
}

export interface Clause {
  clause_id: string; document_id: string; document: string; doc_number: string; issuer: string; level: string
  article: string; path: string; text: string
  valid_from: string | null; valid_to: string | null; superseded_by: string | null
  before: { clause_id: string; article: string; text: string }[]
  after: { clause_id: string; article: string; text: string }[]
}

export interface Hit {
  clause_id: string; document: string; article: string; path: string; text: string; valid_to: string | null
}

export interface Alert {
  route: string; number: string | null; name: string; advice: string; evidence: string; also: string[]; certain?: boolean
}

interface Stamp { seq: number; at: string }
export type RunEvent = Stamp & (
  | { type: 'run.started'; agent: string; ticket_id: string | null }
  | { type: 'step.started'; name: string; title: string }
  | { type: 'step.finished'; name: string; title: string; source: Source; elapsed_ms: number; summary: string; patch: PartialDecision }
  | ({ type: 'alert' } & Alert)
  | { type: 'retrieved'; clause_ids: string[] }
  | { type: 'text.delta'; text: string; field: 'draft_reply' | 'draft_order' | 'answer' }
  | { type: 'decision'; decision: Decision }
  | { type: 'approval.needed'; approval_id: string; action_hash: string; expires_at: string; action: Approval['action'] }
  | { type: 'approval.given'; approval_id: string; decision: string; by: string }
  | { type: 'effect.done'; kind: string; service_request_id: string; notice: string | null; main_dept_id?: string }
  | { type: 'degraded'; step: string; why: string }
  | { type: 'outcome'; kind: string; /** Of a question: as it passed the check; it replaces what was streamed. */ answer?: { text: string } }
  | { type: 'run.finished'; result?: unknown }
  | { type: 'run.failed'; error: unknown }
  | { type: 'run.cancelled' }
)

export interface DemandEdit {
  category_code: string
  main_dept_id?: string
  co_dept_ids?: string[]
  district?: string
  street?: string
  place_id?: string
  summary?: string
}

export interface Edits {
  ticket_type?: string
  urgency?: string
  special_route?: string | null
  demands?: DemandEdit[]
  draft_order?: string
  draft_reply?: string
}
