import { describe, expect, it } from 'vitest'
import { offsets, segments, shifted, spansOf } from './evidence'

describe('marks in a text', () => {
  it('cut it without losing or doubling a character, overlaps included', () => {
    const text = '工地夜里打桩，电话13800000000，冒烟了'
    const spans = spansOf(text, ['夜里打桩，电话', '电话1380'], ['冒烟'], [{ start: 9, end: 20 }])
    const pieces = segments(text, spans)
    expect(pieces.map((piece) => piece.text).join('')).toBe(text)
    expect(pieces.find((piece) => piece.text === '电话')?.marks).toEqual([{ kind: 'demand', number: 1 }, { kind: 'demand', number: 2 }])
    expect(pieces.find((piece) => piece.text === '冒烟')?.marks).toEqual([{ kind: 'alert' }])
  })

  it('count as the server counts: one for a character outside the basic plane', () => {
    const text = '𠮷先生说'
    const [name] = segments(text, spansOf(text, [], [], [{ start: 0, end: 3 }]))
    expect(name?.text).toBe('𠮷先生')
  })

  it('leave out a quote that does not occur', () => expect(spansOf('甲', ['乙', ''], [], [])).toEqual([]))

  it('fall into the message they were said in', () => {
    const whole = '路灯坏了\n还有井盖坏了'
    const places = offsets(whole, ['路灯坏了', '还有井盖坏了'])
    const spans = spansOf(whole, ['井盖坏了'], [], [])
    expect(places).toEqual([0, 5])
    expect(segments('还有井盖坏了', shifted(spans, 5)).map((piece) => [piece.text, piece.marks.length])).toEqual([['还有', 0], ['井盖坏了', 1]])
    expect(segments('路灯坏了', shifted(spans, 0)).every((piece) => piece.marks.length === 0)).toBe(true)
  })
})
