import { useCommand, useLook } from '../command'
import { useEvidence } from '../hooks/useEvidence'

/** The evidence of a sentence or a row: one chip each, which opens it in the inspector. */
export function Chips({ ids }: { ids: readonly string[] }) {
  const { place } = useCommand()
  const evidence = useEvidence()
  const look = useLook()
  return (
    <span className="proofs">
      {ids.map((id) => (
        <button
          key={id} type="button" className="chip" aria-current={place.look === `evidence|${id}` || undefined}
          title={evidence(id)?.text} onClick={() => look({ kind: 'evidence', id })}
        >{id}</button>
      ))}
    </span>
  )
}

/** At most `most` chips; the rest are counted, and shown on demand by the browser. */
export function Basis({ ids, most = 3 }: { ids: readonly string[]; most?: number }) {
  if (ids.length <= most) return <Chips ids={ids} />
  return <details className="basis-more"><summary>{ids.length} 项依据</summary><Chips ids={ids} /></details>
}
