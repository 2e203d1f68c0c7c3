/** What every part of the page may use: the API, who sits here, whether the server answers. */

import { createContext, useContext } from 'react'
import type { Api, Call } from './api'

export interface AppServices {
  api: Api
  /** For parts of the page with an API of their own. */
  call: Call
  operator: string
  setOperator: (name: string) => void
  reached: boolean
  onReach: (reached: boolean) => void
}

export const AppContext = createContext<AppServices | null>(null)

export function useApp(): AppServices {
  const services = useContext(AppContext)
  if (!services) throw new Error('useApp needs an AppContext.Provider above it')
  return services
}
