import { Button } from 'antd'
import { Component, type ReactNode } from 'react'

/** What broke while drawing is said, with the way out: after an update of the server the old files are gone. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div className="quiet" role="alert">
        <p className="trouble">✕ 这一页没有显示出来：程序可能刚刚更新，或网络中断。已写的内容仍在本机。</p>
        <Button type="primary" onClick={() => location.reload()}>刷新本页</Button>
      </div>
    )
  }
}
