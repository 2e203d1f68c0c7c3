import { Button } from 'antd'
import { Fragment, useEffect, useRef } from 'react'
import type { Go } from '../hooks/usePlace'
import { STATES, spanShort, stateOn } from '../state/validity'
import type { DocumentRow } from '../types'

/** All versions on one line of time, oldest first; between two of them, their comparison. */
export function Versions({ versions, here, day, go }: { versions: readonly DocumentRow[]; here: string; day: string; go: Go }) {
  const current = useRef<HTMLButtonElement>(null)
  useEffect(() => { void current.current?.scrollIntoView({ block: 'nearest', inline: 'center' }) }, [here, versions])
  if (versions.length < 2) return null
  const title = versions.find((version) => version.document_id === here)?.title
  return (
    <nav className="versions" aria-label={`历次版本，共 ${versions.length} 个`}>
      <b>{versions.length} 个版本</b>
      {versions.map((version, at) => {
        const [sign, name] = STATES[stateOn(version, day)]
        const before = versions[at - 1]
        return (
          <Fragment key={version.document_id}>
            {before && (
              <Button
                size="small" type="text" aria-label={`对照 ${spanShort(before)} 与 ${spanShort(version)}`} title="对照这两版"
                onClick={() => go({ doc: version.document_id, against: before.document_id, pane: 'text' })}
              >⇄ 对照</Button>
            )}
            <button
              ref={version.document_id === here ? current : null} type="button" className="version" aria-current={version.document_id === here || undefined} title={`${name} ${version.doc_number}`}
              onClick={() => go({ doc: version.document_id, clause: null, against: null, pane: 'text' })}
            >{sign} {version.title !== title && `${version.title} `}{spanShort(version)}</button>
          </Fragment>
        )
      })}
    </nav>
  )
}
