import { useCommand, useLook } from '../command'
import { useEvidence } from '../hooks/useEvidence'
import { proofName } from '../state/proofs'

/** The evidence of a sentence or a row: one chip each, which opens it in the inspector. `name`: what a chip says, else its kind. */
export function Chips({ ids, name }: { ids: readonly string[]; name?: (id: string) => string }) {
  const { place, names } = useCommand()
  const evidence = useEvidence()
  const look = useLook()
  return (
    <span className="proofs">
      {ids.map((id) => {
        const found = evidence(id)
        return (
          <button
            key={id} type="button" className="chip" aria-current={place.look === `evidence|${id}` || undefined}
            title={found?.text} onClick={() => look({ kind: 'evidence', id })}
          >{name?.(id) ?? (found ? proofName(found, names) : id)}</button>
        )
      })}
    </span>
  )
}

/** At most `most` chips; the rest are counted, and shown on demand by the browser. */
export function Basis({ ids, most = 3 }: { ids: readonly string[]; most?: number }) {
  if (ids.length <= most) return <Chips ids={ids} />
  return <details className="basis-more"><summary>{ids.length} 项依据</summary><Chips ids={ids} /></details>
}
