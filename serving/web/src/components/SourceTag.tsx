import type { Source } from '../types'

const SOURCES: Record<Source, [mark: string, name: string, hint: string]> = {
  rule: ['§', '规则', '由规则、目录或检索得出'],
  model: ['◇', '模型', '由模型给出，已核验'],
  fallback: ['△', '兜底', '模型未能给出可用结果，改用规则'],
  human: ['✎', '人工', '由坐席更正'],
}

/** Where a value comes from, told by sign and word as well as colour. */
export function SourceTag({ source }: { source: Source | undefined }) {
  if (!source) return null
  const [mark, name, hint] = SOURCES[source]
  return <span className={`source source-${source}`} title={hint}>{mark} {name}</span>
}
