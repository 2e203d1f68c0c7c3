import { describe, expect, it } from 'vitest'
import { documentRow } from '../../testing/knowledge'
import type { UploadEvent, UploadRow } from '../types'
import { buildTree, outline, standing, withOutlines, works } from './tree'
import { batches, emptyUpload, reduceUpload, viewOf } from './uploads'

const ROWS = [
  documentRow('new', { title: '中华人民共和国噪声法', level: '法律', valid_from: '2022-06-05' }),
  documentRow('old', { title: '噪声法', level: '法律', valid_from: '1997-03-01', valid_to: '2022-06-05' }),
  documentRow('local', { title: '沄州市养犬条例', level: '地方性法规', region: '沄州市' }),
  documentRow('odd', { title: '会议纪要', level: '' }),
]

describe('the tree', () => {
  it('groups versions and orders by rank of law', () => {
    expect(works(ROWS).map((work) => work.versions.map((row) => row.document_id))).toEqual([['old', 'new'], ['local'], ['odd']])
    const tree = buildTree(ROWS, '2026-11-25', '')
    expect(tree.map((node) => [node.title, node.children?.map((child) => [child.doc, child.note])])).toEqual([
      ['法律', [['new', '2 版']]], ['地方性法规', [['local', '']]], ['未标明层级', [['odd', '']]],
    ])
    expect(buildTree(ROWS, '2000-01-01', '噪声')[0]?.children?.[0]?.doc).toBe('old')
    expect(buildTree(ROWS, '2000-01-01', '没有这部')).toEqual([])
  })
  it('shows what comes before what has gone', () => {
    expect(standing(ROWS.slice(0, 2).reverse(), '1990-01-01')?.document_id).toBe('old')
    expect(standing([documentRow('gone', { valid_to: '2000-01-01' })], '2024-01-01')?.document_id).toBe('gone')
  })
  it('nests articles under their headings, in the document\'s order', () => {
    const clause = (id: string, path: string) => ({ clause_id: id, article: path.split(' / ').at(-1) ?? '', path, text: `${id} 正文` })
    const nodes = outline('d', [
      clause('a', '第一条'), clause('b', '第一章 总则 / 第二条'), clause('c', '第二章 罚则 / 第一节 甲 / 第三条'), clause('e', '第二章 罚则 / 第二节 乙 / 第四条'),
    ])
    const shape = (list: typeof nodes): unknown[] => list.map((node) => (node.children ? [node.title, shape(node.children)] : node.title))
    expect(shape(nodes)).toEqual(['第一条', ['第一章 总则', ['第二条']], ['第二章 罚则', [['第一节 甲', ['第三条']], ['第二节 乙', ['第四条']]]]])
    const keys = new Set<string>()
    const collect = (list: typeof nodes): void => list.forEach((node) => { keys.add(node.key); collect(node.children ?? []) })
    collect(nodes)
    expect(keys.size).toBe(8)
    expect(withOutlines(buildTree(ROWS, '2026-11-25', ''), new Map([['new', nodes]]))[0]?.children?.[0]?.children).toBe(nodes)
  })
})

describe('an upload', () => {
  const events: UploadEvent[] = [
    { seq: 1, type: 'read.progress', done: 1, total: 3 },
    { seq: 2, type: 'file.read', outcome: 'added', file: 'a.md', clauses: 12, document_id: 'd1', notices: ['缺第七条'] },
    { seq: 3, type: 'file.read', outcome: 'unchanged', file: 'b.pdf', reason: '内容相同' },
    { seq: 4, type: 'file.failed', file: 'b.pdf', reason: '扫描件' },
    { seq: 5, type: 'publish.progress', done: 5, total: 12 },
    { seq: 6, type: 'finished' },
  ]
  const told = (view: ReturnType<typeof emptyUpload>) => view.files.map((file) => [file.name, file.state, file.clauses, file.reason])
  const all = [['a.md', 'added', 12, ''], ['b.pdf', 'unchanged', null, '内容相同'], ['b.pdf', 'failed', null, '扫描件']]

  it('tells file by file, however often events come again', () => {
    const view = reduceUpload(reduceUpload(emptyUpload(['a.md', 'b.pdf', 'b.pdf']), events.slice(0, 3)), events)
    expect(told(view)).toEqual(all)
    expect([view.finished, view.reading, view.publish, view.error]).toEqual([true, { done: 1, total: 3 }, { done: 5, total: 12 }, null])
  })
  it('tells the same from its row when it is over', () => {
    const row: UploadRow = {
      upload_id: 'U', kind: 'upload', stage: 'finished', operator: '李敏', created_at: '', files: ['a.md', 'b.pdf', 'b.pdf'],
      result: {
        added: [{ file: 'a.md', clauses: 12, document_id: 'd1' }], unchanged: [{ file: 'b.pdf', reason: '内容相同' }], skipped: [],
        unreadable: [{ file: 'b.pdf', reason: '扫描件' }],
      },
    }
    expect(told(viewOf(row))).toEqual(all)
    expect(viewOf({ ...row, stage: 'failed', result: { error: '磁盘已满' } })).toMatchObject({ finished: true, error: '磁盘已满' })
  })
  it('shows files it did not know of, and an end by failure', () => {
    const view = reduceUpload(emptyUpload([]), [...events.slice(1, 2), { seq: 9, type: 'failed', error: '磁盘已满' }])
    expect([view.files.length, view.finished, view.error]).toEqual([1, true, '磁盘已满'])
  })
  it('goes in requests that the server takes', () => {
    const files = (count: number, size: number) => Array.from({ length: count }, () => ({ file: { size } }))
    expect(batches(files(220, 10)).map((batch) => batch.length)).toEqual([100, 100, 20])
    expect(batches(files(3, 30_000_000)).map((batch) => batch.length)).toEqual([1, 1, 1])
    expect(batches([])).toEqual([])
  })
})
