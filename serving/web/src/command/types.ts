/** What the situation service, the judgment agent and the briefing generator send. Levels: 1 is the highest, null is none. */

export type Level = 1 | 2 | 3 | 4
export type State = 'met' | 'not_met' | 'unknown' | 'human'
export type Advice = 'none' | 'start' | 'upgrade' | 'keep' | 'downgrade' | 'end'
export interface Advised { action: Advice; level: Level | null }
export type Colour = '蓝' | '黄' | '橙' | '红'

/** What one station (or one district, for forecasts and signals) says in a test; verdict null is unknown. */
export interface Reading {
  subject: string; value: number | string | null; at: string | null; threshold: number | string | null; verdict: boolean | null; why: string
}

export interface TestState {
  t: string; kind: string; value: boolean | null; observed: number | null; upper: number | null; required: number
  threshold: number | string | null; unit: string; window_min: number | null; readings: Reading[]; why: string
}

export interface Condition {
  id: string; clause: string; hazard: string; level: Level; text: string; state: State; review: boolean; since: string
  first_met_at: string | null; why: string; station_ids: string[]; observed_at: string | null; tests: TestState[]
}

export interface HazardPicture {
  hazard: string; name: string; level: Level | null; possible: Level | null; in_force: Level | null
  action: Advice; target: Level | null; conditions: Condition[]; end_conditions: Condition[]
}

export interface Picture {
  at: string; plan: string; plan_version: string; plan_hash: string; hazards: HazardPicture[]
  level: Level | null; possible: Level | null; in_force: Level | null; facts: Record<string, number>
}

export interface Source { name: string; state: 'ok' | 'stale' | 'down'; fetched_at: string | null; why: string; problems?: string[]; problems_count?: number }
export interface Countdown { kind: string; title: string; due_at: string; clause: string }
export interface WeatherAlert {
  alert_id: string; type: string; colour: Colour; districts: string[]; issued_at: string; expires_at: string | null
  issuer: string; headline: string; text: string
}
export type StationLevel = 'normal' | 'warn' | 'over' | 'unknown'
export interface StationNow {
  station_id: string; metric: string; value: number | null; unit: string; time: string | null; quality: string; state: StationLevel
  /** Rain of the last hour, for gauges. */
  hour?: number | null
}
export interface Cluster {
  cluster_id: string; place_id: string; place: string; kind: string; count: number; first_at: string; last_at: string
  nearest_station: string | null; station_says: string; unseen: boolean; evidence: string[]; lat?: number | null; lon?: number | null
}
export interface EventInfo {
  event_id: string; title: string; started_at: string; plan: string; plan_version: string; /** The scenario that is played. */ exercise?: string | null
}
/** A storm of the list: the open one has no end. */
export interface Storm { event_id: string; title: string; started_at: string; closed_at: string | null; closed_by: string | null; opened_by: string }

export interface Situation {
  event: EventInfo; at: string; now: string; /** Seconds of the event's clock in one of ours. */ speed: number; live: boolean; sources: Source[]; picture: Picture; signed: Record<string, Level | null>
  /** Per hazard what the plan says to do against what is signed. */
  advice: Record<string, Advised>
  countdowns: Countdown[]; alerts: WeatherAlert[]; alerts_count?: number; stations: StationNow[]; clusters: Cluster[]; seq: number
  posts: Posts
  /** Why the plan that judges is not the newest text of its file. */
  trouble?: string | null
}
/** Per hazard and level who signs. */
export type Posts = Record<string, Partial<Record<Level, { signer: string; end_signer: string; clause: string }>>>

export type MarkKind = 'condition' | 'level' | 'alert' | 'decision' | 'finding' | 'briefing' | 'gap'
export interface Mark { at: string; kind: MarkKind; subject: string; text: string; level?: Level | null; hazard?: string | null }
/** Per hazard the level that holds from `at` on. */
export type LevelStep = { at: string } & Record<string, Level | null | string>
export interface Timeline { from: string; to: string; items: Mark[]; levels: LevelStep[] }

export interface Series {
  station_id: string; metric: string; unit: string; points: [time: string, value: number | null, quality: string][]
  references: { name: string; value: number }[]
}

export interface Feature {
  type: 'Feature'; properties: Record<string, unknown>
  geometry: { type: string; coordinates: unknown } | null
}
export interface Features { type: 'FeatureCollection'; features: Feature[] }
export interface MapPoint { lat: number; lon: number; name: string }
export interface MapStation extends MapPoint { station_id: string; kind: string; district_code: string }
export interface MapRisk extends MapPoint { risk_id: string; kind: string; district_code: string; station_id?: string | null }
export interface MapShelter extends MapPoint { shelter_id: string; capacity?: number | null }
export interface MapTeam extends MapPoint { team_id: string; kind?: string }
export interface CityMap {
  districts: Features; stations: MapStation[]; risk_points: MapRisk[]; shelters: MapShelter[]; teams: MapTeam[]; roads: Features
}

export type WhatIfChange =
  | { kind: 'district_rain'; district_code: string; window_min: number; value: number }
  | { kind: 'station'; station_id: string; metric: string; value: number }
export interface WhatIf { picture: Picture; changed: { id: string; from: State; to: State }[] }

export type Act = 'start' | 'upgrade' | 'downgrade' | 'end' | 'no_start'
export interface DecisionWish { hazard: string; action: Act; level: Level | null; reason: string; basis: string | null; post: string }
export interface FindingWish { condition_id: string; object: string; event: 'confirmed' | 'rejected' | 'resolved' | 'reported'; text: string }

export interface Evidence {
  id: string; kind: string; text: string; figures: [number, string][]; at: string | null; subject: string; clause: string; source: string
}
export interface StopAdvice { name: string; advice: 'none' | 'consider' | 'must'; owners: string[]; clause: string; evidence: string[] }
export interface Measure { key: string; clause: string; unit: string; unit_name: string; what: string; within_minutes: number; evidence: string[] }
export interface Recommendation {
  hazard: string; event: string; action: Advice; level: Level | null; clause: string; expected_until: string | null; signer: string
  chair: string; duty_post: string; measures: Measure[]; four_stops: StopAdvice[]; reasons: string[]
}
export interface ExposedPoint {
  risk_id: string; name: string; kind: string; district_code: string; street: string; lat: number; lon: number; people: number | null
  under: string; severity: 'now' | 'soon' | 'watch'; shelter_name: string; shelter_room: number | null; distance_km: number | null
  team_name: string; reach_minutes: number | null; owner_dept: string; contact_id: string | null; evidence: string[]
}
export interface Evacuation {
  risk_id: string; name: string; people: number; shelter_name: string; distance_km: number | null; clause: string; evidence: string[]
}
export interface Placement {
  number: number; resource: string; quantity: number; point: string; risk_id: string; minutes: number; owner_dept: string; why: string; evidence: string[]
}
export interface CallState {
  contact_id: string; post: string; phone: string; called_by: string; called_by_post?: string; due_at: string
  state: 'to_call' | 'calling' | 'acknowledged' | 'overdue' | 'escalated'
  /** Null: nobody has called yet; overdue then means that the call itself is late. */
  called_at?: string | null
  acknowledged_at: string | null; said: string; escalate_to: string | null; escalate_to_post?: string; signal: string; clause: string
  acts?: { action: string; at: string; by: string; text: string; /** Of a call: how it fares. */ state?: string; trouble?: string }[]
}
export interface Outlook {
  condition_id: string; clause: string; level: Level; hazard: string; text: string; expected_at: string | null; needs: string; evidence: string[]
}
export interface PastEvent { title: string; lesson: string; citation: string; evidence: string[] }
export interface DataGap { number: number; what: string; why: string; since: string | null; affects: string[]; remedy: string }
export interface Sentence { text: string; evidence: string[]; source: 'model' | 'template' | 'human' }
export interface Paragraph { part: 'situation' | 'judgment' | 'impact' | 'advice' | 'uncertainty' | 'changes'; sentences: Sentence[] }
export interface Change { kind: string; subject: string; text: string; evidence: string[] }

export interface Judgment {
  judgment_id: string; event_id: string; number: number; previous_id: string | null; at: string; made_at: string
  trigger: 'request' | 'schedule' | 'change'; picture: Picture; level: Level | null; level_possible: Level | null
  signed: Record<string, Level | null>; recommendations: Recommendation[]; alerts: Evidence[]; risk_points: ExposedPoint[]
  evacuations: Evacuation[]; clusters: Cluster[]; placements: Placement[]; calls: CallState[]; outlook: Outlook[]; past: PastEvent[]
  gaps: DataGap[]; changes: Change[]; narrative: Paragraph[]; evidence: Evidence[]; degraded: { step: string; why: string }[]
  model: string | null; elapsed_ms: number
}
export interface JudgmentRow { judgment_id: string; number: number; at: string; made_at: string; trigger: string; level: Level | null; level_possible: Level | null }

/** One thing that happened: situation (with the conditions that changed), sources, decision, call, judgment, alert, … */
export interface SituationEvent { seq: number; type: string; changed?: string[] }
