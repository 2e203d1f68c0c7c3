import { Dialog } from '../../components/Dialog'
import { KEYS } from '../hooks/useCommandKeys'

export function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="指挥台快捷键" width={560} footer={null} onCancel={onClose}>
      <dl className="keys">{KEYS.map(([keys, what]) => <div key={keys}><dt>{keys.split(' / ').map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{what}</dd></div>)}</dl>
    </Dialog>
  )
}
