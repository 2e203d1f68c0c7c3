import { describe, expect, it } from 'vitest'
import { BRIEFING } from '../../testing/command'
import { overtaken, placeName, signed, textAt, wish, withEdit, withWords } from './edits'

describe('changes to a briefing', () => {
  it('stand by path; the old words again are no change', () => {
    const once = withEdit({}, BRIEFING, 'rain.0.1', '望江站 52.0 毫米。')
    expect(wish(once)).toEqual([{ path: 'rain.0.1', text: '望江站 52.0 毫米。' }])
    expect(withEdit(once, BRIEFING, 'rain.0.1', '望江站 51.0 毫米。')).toEqual({})
  })

  it('outlive the version they were written on, and tell where another person was faster', () => {
    const mine = withEdit(withEdit({}, BRIEFING, 'rain.0.0', '鼓楼站 78 毫米。'), BRIEFING, 'rain.0.1', '望江站 52.0 毫米。')
    const [rain] = BRIEFING.parts
    const theirs = { ...BRIEFING, version: 3, parts: [{ ...rain!, blocks: [{ kind: 'text' as const, heading: '', sentences: [{ text: '鼓楼站 80 毫米。', evidence: [], source: 'human' as const, tone: 'plain' as const }, { text: '望江站 51.0 毫米。', evidence: [], source: 'template' as const, tone: 'plain' as const }] }] }] }
    expect(overtaken(mine, BRIEFING)).toEqual([])
    expect(overtaken(mine, theirs)).toEqual(['rain.0.0'])
  })

  it('reach titles, sentences and cells, and nothing else', () => {
    expect(textAt(BRIEFING, 'title')).toBe('防汛快报')
    expect(textAt(BRIEFING, 'rain.0.0')).toBe('鼓楼站 1 小时 77.6 毫米。')
    expect(textAt(BRIEFING, 'rain.1.0.1')).toBe('成立')
    expect(textAt(BRIEFING, 'rain.1.9.9')).toBeUndefined()
    expect(textAt(BRIEFING, 'snow.0.0')).toBeUndefined()
    expect(placeName(BRIEFING, 'rain.1.0.1')).toBe('一、雨情第2段 表格第1行第2列')
    expect(placeName(BRIEFING, 'title')).toBe('标题')
  })

  it('are put into the preview as words, never as markup', () => {
    const html = withWords('<html><body><p id="at-rain.0.0">旧</p></body></html>', { 'rain.0.0': { text: '<img src=x onerror=alert(1)>', over: '旧' } })
    expect(html).toContain('&lt;img')
    expect(html).not.toContain('<img')
    expect(withWords('<p>旧</p>', {})).toBe('<p>旧</p>')
  })

  it('and contradictions are named before anybody signs', () => {
    const marked = { ...BRIEFING, warnings: [{ path: 'rain.0.0', code: 'number', text: '与证据不符' }] }
    expect(signed(marked, '李敏', '市防指副总指挥').join('\n')).toMatch(/第 2 版[\s\S]*李敏（市防指副总指挥）[\s\S]*1 处与证据不一致/)
    expect(signed(BRIEFING, '李敏', '').join('\n')).toContain('岗位未填')
  })
})
