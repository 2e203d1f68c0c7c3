import { describe, expect, it } from 'vitest'
import { touched } from './useStream'

describe('an event of the stream', () => {
  it('refreshes the line only where it adds to it', () => {
    expect(touched({ seq: 1, type: 'situation', changed: [] })).toEqual(['situation'])
    expect(touched({ seq: 2, type: 'situation', changed: ['F3-02'] })).toEqual(['situation', 'timeline'])
    expect(touched({ seq: 3, type: 'alert' })).toEqual(['situation', 'timeline'])
    expect(touched({ seq: 4, type: 'tick' })).toEqual([])
  })
})
