import { Modal, type ModalProps } from 'antd'
import { useFocusBack } from '../hooks/useFocus'

/** A window in the middle, open as long as it is drawn. Closing gives the keyboard back to what had it before. */
export function Dialog(props: ModalProps) {
  useFocusBack()
  return <Modal open centered {...props} />
}
