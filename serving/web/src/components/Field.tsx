import type { ReactNode } from 'react'
import type { Source } from '../types'
import { SourceTag } from './SourceTag'

export interface FieldProps {
  label: string
  children: ReactNode
  source?: Source | undefined
  /** Why a person should look twice; shown in words with a sign. */
  doubt?: string | null | undefined
}

/** One line of the ticket: what it is, its value, where it comes from. */
export function Field({ label, children, source, doubt }: FieldProps) {
  return (
    <div className={`field ${doubt ? 'doubtful' : ''}`}>
      <span className="label">{label}</span>
      <div className="value">{children}{doubt && <em className="doubt">？{doubt}</em>}</div>
      <SourceTag source={source} />
    </div>
  )
}
