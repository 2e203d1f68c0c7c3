import { describe, expect, it } from 'vitest'
import { at } from '../../testing/command'
import type { WeatherAlert } from '../types'
import { groupedAlerts } from './alerts'

const alert = (alert_id: string, type: string, colour: WeatherAlert['colour'], clock: string, ...districts: string[]): WeatherAlert => ({
  alert_id, type, colour, districts, issued_at: at(clock), expires_at: null, issuer: '市气象台', headline: '', text: '',
})

describe('signals in force', () => {
  it('are one line a kind, the gravest first, the newest of a kind in front', () => {
    const many = Array.from({ length: 300 }, (_, place) => alert(`Y${place}`, '暴雨', '黄', '12:00', `D${place % 9}`))
    const groups = groupedAlerts([...many, alert('R1', '暴雨', '红', '10:00', 'D1'), alert('W', '大风', '黄', '13:00', 'D2'), alert('R2', '暴雨', '红', '11:00', 'D1', 'D2')])
    expect(groups.map(({ type, colour, alerts }) => `${type}${colour}${alerts.length}`)).toEqual(['暴雨红2', '大风黄1', '暴雨黄300'])
    expect(groups[0]?.alerts[0].alert_id).toBe('R2')
    expect(groups[0]?.districts).toEqual(['D1', 'D2'])
    expect(groups[2]?.districts).toHaveLength(9)
  })
})
