import { Input } from 'antd'
import type { Desk } from '../hooks/useDesk'
import { staleWords } from '../state/edits'
import { Hint } from './Hint'
import { SourceTag } from './SourceTag'

/** The order and the reply, to be edited before they go anywhere. */
export function Drafts({ desk }: { desk: Desk }) {
  const { shown, partial, changes, open, original } = desk
  const stale = original && open ? staleWords(original, changes, desk.city) : []
  return (
    <section className="drafts">
      <Draft
        id="draft-order" title="派单内容" keys="Alt+E" value={shown?.draft_order ?? partial.draft_order ?? ''} edited={changes.draft_order !== undefined}
        open={open} onChange={(draft_order) => desk.setChanges((before) => ({ ...before, draft_order }))}
      />
      {stale.length > 0 && <p className="stale">？您改了事项，派单内容里仍写着“{stale.join('”“')}”，请一并改</p>}
      <Draft
        id="draft-reply" title="答复来电人" keys="" value={shown?.draft_reply ?? partial.draft_reply ?? ''} edited={changes.draft_reply !== undefined}
        open={open} onChange={(draft_reply) => desk.setChanges((before) => ({ ...before, draft_reply }))}
      />
    </section>
  )
}

function Draft({ id, title, keys, value, edited, open, onChange }: {
  id: string; title: string; keys: string; value: string; edited: boolean; open: boolean; onChange: (text: string) => void
}) {
  if (!value && !open) return null
  return (
    <div className="draft">
      <label htmlFor={id}>{title}{keys && <Hint keys={keys} />}{edited && open && <SourceTag source="human" />}</label>
      <Input.TextArea
        id={id} value={value} readOnly={!open} autoSize={{ minRows: 2, maxRows: 12 }} maxLength={3500}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
