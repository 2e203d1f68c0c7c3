import { describe, expect, it } from 'vitest'
import { CITY, DECISION, DEMAND } from '../testing/samples'
import { chooseCategory, editDemand, lowersUrgency, overlay, risks, staleWords, toEdits } from './edits'

const CLASSES = CITY.urgency_classes

describe('changes of an operator', () => {
  it('send nothing when nothing differs', () => {
    expect(toEdits(DECISION, {})).toBeUndefined()
    expect(toEdits(DECISION, { urgency: '次紧急', draft_order: DECISION.draft_order })).toBeUndefined()
  })

  it('bring the unit of another matter and leave the rest to the server', () => {
    const changes = chooseCategory({}, 0, '030201', DEMAND)
    const shown = overlay(DECISION, changes, CITY).demands[0]
    expect([shown?.main_dept_id, shown?.co_dept_ids, shown?.citations, shown?.deadline.finish_by]).toEqual(['huanbao', [], [], ''])
    expect(toEdits(DECISION, changes)).toEqual({ demands: [{ category_code: '030201' }] })
  })

  it('vanish when the first candidate is chosen again', () => {
    const back = chooseCategory(chooseCategory({}, 0, '030201', DEMAND), 0, '010301', DEMAND)
    expect(toEdits(DECISION, back)).toBeUndefined()
    expect(overlay(DECISION, back, CITY)).toEqual(DECISION)
  })

  it('keep a summary while the matter changes, but not the unit chosen for the old one', () => {
    const unit = editDemand({}, 0, { main_dept_id: 'huanbao', summary: '打桩扰民' })
    expect(toEdits(DECISION, chooseCategory(unit, 0, '030201', DEMAND))).toEqual({
      demands: [{ category_code: '030201', summary: '打桩扰民' }],
    })
  })

  it('send every demand when one is changed, as the list replaces the old one', () => {
    const two = { ...DECISION, demands: [DEMAND, { ...DEMAND, category_code: '030201' }] }
    expect(toEdits(two, editDemand({}, 1, { summary: '新' }))?.demands).toEqual([
      { category_code: '010301' }, { category_code: '030201', summary: '新' },
    ])
  })

  it('clear a route with null', () => {
    expect(toEdits({ ...DECISION, special_route: 'R1' }, { special_route: null })).toEqual({ special_route: null })
  })
})

describe('what needs a second look', () => {
  it('is nothing in the common case', () => expect(risks(DECISION, {}, CLASSES)).toEqual([]))
  it('is an emergency', () => expect(risks({ ...DECISION, special_route: 'R1', emergency_number: '119' }, {}, CLASSES)[0]).toContain('119'))
  it('is a report, and a report turned into something else', () => {
    expect(risks({ ...DECISION, ticket_type: '举报' }, {}, CLASSES)).toHaveLength(1)
    expect(risks({ ...DECISION, ticket_type: '举报' }, { ticket_type: '投诉' }, CLASSES)[0]).toContain('不再')
  })
  it('is lowering, not raising', () => {
    expect(lowersUrgency(DECISION, { urgency: '一般' }, CLASSES)).toBe(true)
    expect(lowersUrgency(DECISION, { urgency: '紧急' }, CLASSES)).toBe(false)
  })
  it('names the old words that the draft still holds', () => {
    const changes = chooseCategory({}, 0, '030201', DEMAND)
    expect(staleWords(DECISION, changes, CITY)).toEqual(['夜间施工', '沄州市城市管理局'])
    expect(staleWords(DECISION, { ...changes, draft_order: '工业噪声，生态环境局' }, CITY)).toEqual([])
  })
})
