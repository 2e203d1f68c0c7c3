/** The key of an action, beside its name; left out where there is no keyboard. */
export function Hint({ keys }: { keys: string }) {
  return <span className="hint">（{keys}）</span>
}
