import { describe, expect, it } from 'vitest'
import { documentRow } from '../../testing/knowledge'
import { keyAction } from '../hooks/useKnowledgeKeys'
import type { Diff, DocumentDetail, Status, UploadEvent, UploadRow } from '../types'
import { counts, side, visible } from './comparison'
import { changed, correctedBy, invalid, shown } from './correction'
import { healthOf } from './health'
import { buildTree, news, outline, standing, withOutlines, works } from './tree'
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

describe('a comparison', () => {
  const diff: Diff = {
    work: 'w', older: null, newer: null,
    changes: [
      { article: '第一条', kind: 'same', old: '第一条　目的', new: '第一条　目的', old_article: null, spans: [] },
      {
        article: '第二条', kind: 'changed', old: '第二条　处五百元罚款', new: '第二条　处一千元罚款', old_article: null,
        spans: [{ kind: 'same', text: '第二条　处' }, { kind: 'removed', text: '五百' }, { kind: 'added', text: '一千' }, { kind: 'same', text: '元罚款' }],
      },
      { article: '第三条', kind: 'added', old: null, new: '第三条　新设', old_article: null, spans: [{ kind: 'added', text: '第三条　新设' }] },
    ],
  }
  it('shows what changed, and the article asked for', () => {
    expect(visible(diff, false, null).map((change) => change.article)).toEqual(['第二条', '第三条'])
    expect(visible(diff, false, '第一条')).toHaveLength(3)
    expect(counts(diff)).toEqual([{ kind: 'changed', count: 1 }, { kind: 'added', count: 1 }, { kind: 'same', count: 1 }])
  })
  it('gives each side its own words, without the number that stands beside', () => {
    const [same, altered, added] = diff.changes
    if (!same || !altered || !added) throw new Error('sample')
    const words = (which: 'old' | 'new') => side(altered, which)?.map((span) => span.text).join('')
    expect([words('old'), words('new')]).toEqual(['处五百元罚款', '处一千元罚款'])
    expect(side(same, 'new')).toEqual([{ kind: 'same', text: '目的' }])
    expect(side({ ...same, kind: 'moved', old_article: '第九条' }, 'new')?.[0]?.text).toBe('第一条　目的')
    expect([side(added, 'old'), side(added, 'new')]).toEqual([null, [{ kind: 'added', text: '新设' }]])
  })
})

describe('a correction', () => {
  const found: DocumentDetail = { ...documentRow('d', { title: '办法', valid_from: '2020-01-01', valid_to: '2024-01-01', end_reason: 'successor', hazards: ['暴雨'] }), clauses: [] }
  it('sends what differs, and null for what is emptied', () => {
    expect(changed(found, shown(found))).toEqual({})
    expect(changed(found, { ...shown(found), issuer: ' 市政府 ', effective: '', hazards: '暴雨、台风' }))
      .toEqual({ issuer: '市政府', effective: null, hazards: ['暴雨', '台风'] })
  })
  it('does not take the successor\'s day for the document\'s own end', () => {
    expect(shown(found).repealed).toBe('')
    expect(shown({ ...found, end_reason: 'hand' }).repealed).toBe('2024-01-01')
  })
  it('is shown with who made it and when, where that is known', () => {
    expect(correctedBy({ field: 'level', by: '王芳', at: '2026-11-26T12:30:00+08:00' })).toBe('效力层级（王芳，11月26日 12:30）')
    expect(correctedBy({ field: 'since', by: null, at: null })).toBe('首次施行日期')
  })
  it('is checked before it is sent', () => {
    expect(invalid({ ...shown(found), effective: '2024-02-30' })).toContain('施行日期')
    expect(invalid({ ...shown(found), effective: '2024-02-01', repealed: '2023-01-01' })).toContain('晚于')
    expect(invalid(shown(found))).toBeNull()
  })
})

describe('the index', () => {
  const status: Status = { documents: 2, clauses: 1200, generation: 3, indexed: 1200, embedder: 'e', published_at: null, stale: false, warning: null }
  it('is told in a sign and words, trouble first', () => {
    const words = (patch: Partial<Status>) => healthOf({ ...status, ...patch }, null)
    expect(words({})).toMatchObject({ sign: '●', words: '1,200 条', bad: false })
    expect(words({ indexed: 1000, stale: true })).toMatchObject({ sign: '◐', words: '200 条待建语义索引', busy: true })
    expect(words({ stale: true })).toMatchObject({ words: '有改动未发布' })
    expect(words({ warning: '索引第 3 代已损坏', indexed: 0 })).toMatchObject({ sign: '✕', bad: true, problems: ['索引第 3 代已损坏'] })
    expect(words({ clauses: 0, indexed: 0 })).toMatchObject({ sign: '○' })
    expect(healthOf(undefined, '连不上')).toMatchObject({ bad: true, problems: ['连不上'] })
  })
})

it('news are what comes and what came, nearest first', () => {
  const rows = ['2020-01-01', '2026-01-01', '2027-01-01', '2026-12-01'].map((day) => documentRow(day, { valid_from: day }))
  const { coming, lately } = news([...rows, documentRow('undated')], '2026-11-25')
  expect([coming, lately].map((list) => list.map((row) => row.document_id))).toEqual([['2026-12-01', '2027-01-01'], ['2026-01-01', '2020-01-01']])
})

it('keys walk the hits and leave typing alone', () => {
  const free = { typing: false, inBox: false, at: -1, count: 3 }
  expect([
    keyAction('/', free), keyAction('/', { ...free, typing: true }), keyAction('ArrowDown', { ...free, typing: true, inBox: true }),
    keyAction('ArrowDown', { ...free, at: 2 }), keyAction('ArrowUp', { ...free, at: 0 }), keyAction('End', { ...free, at: 0 }),
    keyAction('Escape', { ...free, at: 1 }), keyAction('ArrowDown', free), keyAction('?', free),
  ]).toEqual(['box', null, 0, null, 'box', 2, 'box', null, 'help'])
})
