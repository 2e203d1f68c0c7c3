/** Acknowledging a transfer to an emergency number: counted at once, recorded on the ticket as soon as it can be. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Refused, Unreachable } from '../api'
import { useApp } from '../app'
import { useStored } from '../state/stored'
import type { Message } from '../types'

export type How = 'transferred' | 'refused'
export interface Given { how: How; at: string; saved: boolean; error?: string; text?: string }
export interface Transfers { given: Given | null; give: (how: How, number: string, operator: string) => void }

const MARK = '【转接】'
const RETRY_MS = 3000

export function useTransfers(ticketId: string | null, messages: readonly Message[]): Transfers {
  const { api } = useApp()
  const client = useQueryClient()
  const [local, setLocal] = useStored<Given | null>(`transfer:${ticketId ?? 'none'}`, null)
  const recorded = messages.findLast((message) => message.role === 'operator' && message.text.startsWith(MARK))
  const given = recorded ? { how: howOf(recorded.text), at: recorded.at, saved: true } : local
  const waiting = Boolean(ticketId && !recorded && local?.text && !local.saved && !local.error)
  const busy = useRef(false)

  useEffect(() => {
    if (!waiting || !ticketId || !local?.text) return
    const text = local.text
    const record = async () => {
      if (busy.current) return
      busy.current = true
      try {
        await api.say(ticketId, 'operator', text)
        setLocal((now) => now && { ...now, saved: true })
        void client.invalidateQueries({ queryKey: ['ticket', ticketId] })
      } catch (error) {
        // Unreachable: tried again below. Refused: shown, as trying again would not help.
        if (error instanceof Refused) setLocal((now) => now && { ...now, error: `记录未被接受：${error.message}` })
        else if (!(error instanceof Unreachable)) throw error
      } finally {
        busy.current = false
      }
    }
    void record()
    const timer = setInterval(() => void record(), RETRY_MS)
    return () => clearInterval(timer)
  }, [waiting, ticketId, local?.text, api, client, setLocal])

  const give = (how: How, number: string, operator: string) => {
    if (given) return
    const what = how === 'transferred' ? `已将来电转接 ${number}` : `来电人拒绝转接 ${number}，已告知自行拨打`
    setLocal({ how, at: new Date().toISOString(), saved: false, text: `${MARK}${what}（坐席 ${operator || '未填'}）` })
  }
  return { given, give }
}

function howOf(text: string): How {
  return text.includes('拒绝转接') ? 'refused' : 'transferred'
}
