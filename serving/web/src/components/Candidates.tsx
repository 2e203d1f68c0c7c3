import type { Desk } from '../hooks/useDesk'
import { chooseCategory } from '../state/edits'
import type { Demand } from '../types'

/** The five likeliest matters; a digit switches to one. */
export function Candidates({ desk, index, demand, active }: { desk: Desk; index: number; demand: Partial<Demand>; active: boolean }) {
  const codes = demand.candidates ?? []
  const original = desk.original?.demands[index]
  if (codes.length < 2 || !desk.open) return null
  return (
    <ol className="candidates" aria-label="候选事项">
      {codes.map((code, place) => {
        const row = desk.city?.catalogue.find((item) => item.code === code)
        const unit = desk.city?.departments.find((item) => item.dept_id === row?.main_dept_id)
        const chosen = code === demand.category_code
        return (
          <li key={code}>
            <button
              type="button" className={chosen ? 'chosen' : ''} aria-pressed={chosen} title={row?.notes}
              onClick={() => original && desk.setChanges((before) => chooseCategory(before, index, code, original))}
            >
              <kbd className={active ? '' : 'dim'}>{place + 1}</kbd>
              <span>{chosen ? '✓ ' : ''}{row?.level3 ?? code}</span>
              <small>{unit?.short_name}</small>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
