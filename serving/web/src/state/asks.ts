/** A question to the knowledge base; `runId` is null where no answer could be started and only the search counts. */
export interface Ask { question: string; runId: string | null; at: string }

const KEPT = 8

export function withAsk(asks: readonly Ask[], ask: Ask): Ask[] {
  return [...asks, ask].slice(-KEPT)
}
