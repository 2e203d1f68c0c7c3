import { useCommand } from '../command'
import type { BriefingRow } from '../briefing/types'
import type { Evidence } from '../types'
import { useBriefing, useBriefings } from './queries'

/** The briefings of the event, newest first, and the one on the desk: as the address names it, else the newest. */
export function useChosen(): { rows: BriefingRow[]; chosen: string | null; reading: boolean } {
  const { place, event } = useCommand()
  const { data } = useBriefings(event)
  const rows = [...(data?.items ?? [])].sort((a, b) => Date.parse(b.made_at) - Date.parse(a.made_at))
  return { rows, chosen: place.briefing ?? rows[0]?.briefing_id ?? null, reading: data === undefined }
}

/** Evidence by id: that of the text on the screen, for ids are only unique within one judgment. */
export function useEvidence(): (id: string) => Evidence | undefined {
  const { place, judgment } = useCommand()
  const { chosen } = useChosen()
  const briefing = useBriefing(place.pane === 'briefing' ? chosen : null, null).data
  const known = place.pane === 'briefing' ? briefing?.evidence : judgment?.evidence
  return (id) => known?.find((item) => item.id === id)
}
