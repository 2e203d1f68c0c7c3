/** What stations measure, in the words of those who read it. */

const NAMES: Record<string, string> = {
  rain_10min: '10分钟雨量', water_level: '水位', water_depth: '积水深', displacement_rate: '位移速率', wind_avg: '平均风', gust: '阵风',
}

export function metricName(metric: string): string {
  return NAMES[metric] ?? metric
}

export const QUALITIES: Record<string, string> = { good: '可信', suspect: '存疑', missing: '缺测', stale: '已过时效', none: '没有数据' }
