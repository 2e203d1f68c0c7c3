import { Button, Input } from 'antd'
import { mainPost } from '../state/decision'

/** The post in whose name a person signs: never filled in beforehand, the plan's own one press away. */
export function PostInput({ value, named, onChange }: { value: string; named: string | null; onChange: (post: string) => void }) {
  return (
    <div className="form-row">
      <span>签发岗位{named && <small>预案规定：{named}</small>}</span>
      <div className="post-line">
        <Input aria-label="签发岗位" value={value} maxLength={100} placeholder="您以什么岗位签发；代签须写明理由" onChange={(event) => onChange(event.target.value)} />
        {named && <Button onClick={() => onChange(mainPost(named))}>本人即预案岗位</Button>}
      </div>
    </div>
  )
}
