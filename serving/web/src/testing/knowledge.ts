/** Invented documents of the knowledge base; only tests import it. */

import type { DocumentRow } from '../knowledge/types'

export function documentRow(document_id: string, patch: Partial<DocumentRow> = {}): DocumentRow {
  return {
    document_id, version: 1, title: document_id, doc_number: '', issuer: '', level: '', region: '', clauses: 3,
    valid_from: null, valid_to: null, superseded_by: null, ...patch,
  }
}
