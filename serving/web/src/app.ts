/** What every part of the page may use: the API, who sits here, whether the server answers. */

import { createContext, useContext } from 'react'
import type { Api } from './api'

export interface AppServices {
  api: Api
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
