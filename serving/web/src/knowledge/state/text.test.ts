import { describe, expect, it } from 'vitest'
import { citation } from './citation'
import { excerpt, highlight } from './highlight'
import { clauseParts, pieces, titleKey } from './references'
import { dayBefore, dayOf, span, stateOn, today } from './validity'

const marked = (text: string, query: string) => highlight(text, query).filter((piece) => piece.hit).map((piece) => piece.text)

describe('marks of a query', () => {
  it('are pairs of characters, never the empty words between', () => {
    expect(marked('城市市区噪声敏感建筑物集中区域内，禁止夜间进行产生噪声的建筑施工作业', '夜间施工的噪声')).toEqual(['噪声', '夜间', '噪声', '施工'])
    expect(marked('工程的施工', '你的施工')).toEqual(['施工'])
    expect(marked('接入 GB50016 与 gb 标准', 'GB50016')).toEqual(['GB50016'])
  })
  it('show the part that was named instead', () => {
    expect(highlight('夜间施工。噪声扰民的', '噪声', '夜间施工。').map((piece) => piece.hit)).toEqual([true, false])
  })
  it('lose nothing of the text', () => {
    for (const query of ['', '噪声', '（）', 'a']) expect(highlight('噪声，噪 声。', query).map((piece) => piece.text).join('')).toBe('噪声，噪 声。')
  })
  it('decide what a long text shows', () => {
    const text = '甲'.repeat(300) + '噪声' + '乙'.repeat(300)
    const shown = excerpt(highlight(text, '噪声'), 100).map((piece) => piece.text).join('')
    expect(shown).toContain('噪声')
    expect(shown.startsWith('…') && shown.endsWith('…')).toBe(true)
    expect(shown).toHaveLength(102)
    expect(excerpt([{ text: '短', hit: false }], 100)).toEqual([{ text: '短', hit: false }])
  })
})

describe('references', () => {
  const found = (text: string, own = '') => pieces(text, own).filter((piece) => piece.to).map((piece) => [piece.to?.title, piece.to?.article])
  it('point to this document, a named one, or its neighbours in a list', () => {
    expect(found('第四十条 违反本法第三十条、第三十一条规定的', '第四十条')).toEqual([[null, '第三十条'], [null, '第三十一条']])
    expect(found('依照《中华人民共和国刑法》第一百二十条第二款、第一百二十条之一的规定')).toEqual([
      ['中华人民共和国刑法', '第一百二十条'], ['中华人民共和国刑法', '第一百二十条之一'],
    ])
    expect(found('依照《刑法》第九条处罚；违反本条例第二条的')).toEqual([['刑法', '第九条'], [null, '第二条']])
  })
  it('are left alone where another law is called by its bare name', () => {
    expect(found('依照专利法第二十八条、第二十九条提出；本法第三条、本条例第四条另有规定的除外')).toEqual([[null, '第三条'], [null, '第四条']])
  })
  it('keep every character', () => {
    const text = '第五条 依照《治安管理处罚法》（以下称处罚法）第四十二条至第四十四条处理，本条例第十条另有规定的除外。'
    expect(pieces(text, '第五条').map((piece) => piece.text).join('')).toBe(text)
  })
  it('are told apart from a clause id', () => {
    expect(['d-1#第三条', 'd-1#5.4.1~2'].map(clauseParts)).toEqual([
      { documentId: 'd-1', article: '第三条' }, { documentId: 'd-1', article: '5.4.1' },
    ])
  })
  it('know a title by its bare name', () => {
    expect(['《中华人民共和国民法典》', '民法典', ' 民法典'].map(titleKey)).toEqual(['民法典', '民法典', '民法典'])
  })
})

describe('validity', () => {
  it('ends on the day before its end', () => {
    const old = { valid_from: '1999-10-01', valid_to: '2021-01-01' }
    expect(['1999-09-30', '1999-10-01', '2020-12-31', '2021-01-01'].map((day) => stateOn(old, day))).toEqual(['not_yet', 'in_force', 'in_force', 'ended'])
    expect(stateOn({ valid_from: null, valid_to: null }, '1900-01-01')).toBe('in_force')
    expect([dayBefore('2024-03-01'), span(old), dayOf(old), dayOf({ valid_from: null, valid_to: '2021-01-01' })])
      .toEqual(['2024-02-29', '1999-10-01 至 2020-12-31 有效', '1999-10-01', '2020-12-31'])
  })
  it('is judged by the city\'s day', () => {
    expect(today(new Date('2026-11-25T17:00:00Z'))).toBe('2026-11-26')
  })
})

it('cites with the quote, and says when it no longer stands', () => {
  const clause = { title: '合同法', article: '第八条', text: '第八条　依法成立的合同，对当事人具有法律约束力。', valid_from: '1999-10-01', valid_to: '2021-01-01' }
  expect(citation(clause, '', '2020-01-01')).toBe('《合同法》第八条：“依法成立的合同，对当事人具有法律约束力。”')
  expect(citation(clause, '依法成立的合同', '2024-01-01')).toBe('《合同法》第八条（已失效，1999-10-01 至 2020-12-31 有效）：“依法成立的合同”')
})
