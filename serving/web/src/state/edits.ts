/** The operator's changes to a decision, before they are approved: kept apart from it, laid over it, sent with it. */

import type { City, Decision, Demand, DemandEdit, Edits } from '../types'

/** Changes by position of the demand; absent means as the system proposed. */
export interface Changes {
  ticket_type?: string
  urgency?: string
  special_route?: string | null
  draft_order?: string
  draft_reply?: string
  demands?: Record<number, Partial<Demand>>
}

/** Choosing another matter brings its own unit; helpers, clauses and deadline of the first guess do not stay. */
export function chooseCategory(changes: Changes, index: number, code: string, original: Demand): Changes {
  const demands = { ...changes.demands }
  if (code === original.category_code) {
    const { category_code: _code, main_dept_id: _unit, co_dept_ids: _helpers, ...kept } = demands[index] ?? {}
    demands[index] = kept
  } else {
    const { main_dept_id: _unit, co_dept_ids: _helpers, ...kept } = demands[index] ?? {}
    demands[index] = { ...kept, category_code: code }
  }
  return { ...changes, demands: nonEmpty(demands) }
}

export function editDemand(changes: Changes, index: number, patch: Partial<Demand>): Changes {
  return { ...changes, demands: { ...changes.demands, [index]: { ...changes.demands?.[index], ...patch } } }
}

/** The decision as it would be approved; what only the server can work out (a new deadline) is left blank. */
export function overlay(decision: Decision, changes: Changes, city: City | undefined): Decision {
  const retimed = Boolean(changes.ticket_type ?? changes.urgency)
  return {
    ...decision,
    ...pick(changes, ['ticket_type', 'urgency', 'draft_order', 'draft_reply']),
    special_route: changes.special_route === undefined ? decision.special_route : changes.special_route,
    demands: decision.demands.map((demand, index) => laid(demand, changes.demands?.[index], retimed, city)),
  }
}

function laid(demand: Demand, change: Partial<Demand> | undefined, retimed: boolean, city: City | undefined): Demand {
  const recoded = change?.category_code !== undefined && change.category_code !== demand.category_code
  const entry = recoded ? city?.catalogue.find((row) => row.code === change?.category_code) : undefined
  const follow = recoded
    ? { main_dept_id: entry?.main_dept_id ?? demand.main_dept_id, co_dept_ids: [], citations: [], confidence: 1 }
    : {}
  const deadline = recoded || retimed ? { deadline: { contact_by: '', finish_by: '', rule: '' } } : {}
  return { ...demand, ...follow, ...deadline, ...change }
}

/** What goes over the wire: only what differs. Undefined when nothing does. */
export function toEdits(decision: Decision, changes: Changes): Edits | undefined {
  const edits: Edits = {}
  for (const key of ['ticket_type', 'urgency', 'draft_order', 'draft_reply'] as const) {
    const value = changes[key]
    if (value !== undefined && value !== decision[key]) edits[key] = value
  }
  if (changes.special_route !== undefined && changes.special_route !== decision.special_route) {
    edits.special_route = changes.special_route
  }
  const touched = Object.entries(changes.demands ?? {}).some(([, change]) => Object.keys(change).length > 0)
  if (touched) edits.demands = decision.demands.map((demand, index) => wire(demand, changes.demands?.[index]))
  return Object.keys(edits).length ? edits : undefined
}

function wire(demand: Demand, change: Partial<Demand> = {}): DemandEdit {
  const edit: DemandEdit = { category_code: change.category_code ?? demand.category_code }
  if (change.main_dept_id) edit.main_dept_id = change.main_dept_id
  if (change.co_dept_ids) edit.co_dept_ids = change.co_dept_ids
  for (const key of ['district', 'street', 'place_id', 'summary'] as const) {
    const value = change[key]
    if (value) edit[key] = value
  }
  return edit
}

/** Lowering needs a stated reason: `classes` runs from the least to the most urgent. */
export function lowersUrgency(decision: Decision, changes: Changes, classes: readonly string[]): boolean {
  return changes.urgency !== undefined && classes.indexOf(changes.urgency) < classes.indexOf(decision.urgency)
}

/** Why an approval asks for a second key press; empty for the common case. */
export function risks(decision: Decision, changes: Changes, classes: readonly string[]): string[] {
  const now = overlay(decision, changes, undefined)
  const found: string[] = []
  if (decision.special_route === 'R1' || decision.emergency_number) {
    found.push(`紧急事项：请确认来电人已转接${decision.emergency_number ? ` ${decision.emergency_number}` : ''}，或已拒绝转接`)
  }
  if (decision.special_route === 'R1' && now.special_route !== 'R1') found.push('您取消了紧急标记')
  if (now.ticket_type === '举报') found.push('举报：来电人信息不得外传，最终派发须由您确认')
  if (decision.ticket_type === '举报' && now.ticket_type !== '举报') {
    found.push('您把“举报”改成了其他类型：来电人信息将不再按举报隐去')
  }
  if (lowersUrgency(decision, changes, classes)) {
    found.push(`紧急程度由“${decision.urgency}”降为“${now.urgency}”，须写明理由`)
  }
  return found
}

/** Words of the first guess that a draft still holds after the operator chose another matter or unit. */
export function staleWords(decision: Decision, changes: Changes, city: City | undefined): string[] {
  if (!city) return []
  const draft = changes.draft_order ?? decision.draft_order
  const after = overlay(decision, changes, city)
  return decision.demands.flatMap((old, index) => {
    const now = after.demands[index]
    const matter = city.catalogue.find((row) => row.code === old.category_code)?.level3
    const unit = city.departments.find((row) => row.dept_id === old.main_dept_id)?.name
    const changed = [
      now?.category_code !== old.category_code ? matter : undefined,
      now?.main_dept_id !== old.main_dept_id ? unit : undefined,
    ]
    return changed.filter((word): word is string => Boolean(word && draft.includes(word)))
  })
}

function nonEmpty(demands: Record<number, Partial<Demand>>): Record<number, Partial<Demand>> {
  return Object.fromEntries(Object.entries(demands).filter(([, change]) => Object.keys(change).length > 0))
}

function pick<T extends object, K extends keyof T>(from: T, keys: K[]): { [P in K]?: NonNullable<T[P]> } {
  const entries = keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])
  return Object.fromEntries(entries) as { [P in K]?: NonNullable<T[P]> }
}
