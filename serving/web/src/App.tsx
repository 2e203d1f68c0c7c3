import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import { useMemo, useRef, useState } from 'react'
import { createApi } from './api'
import { AppContext } from './app'
import { NameDialog } from './components/NameDialog'
import { useStored } from './state/stored'
import { Workbench } from './Workbench'

const THEME = {
  token: {
    fontSize: 15, fontSizeSM: 14, controlHeight: 32, controlHeightSM: 26, colorPrimary: '#1450a3', colorText: '#14181f', colorTextSecondary: '#3d4756',
    colorTextPlaceholder: '#5c6778', colorBorder: '#8c98a9', borderRadius: 4, motion: false,
    fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  },
}

export function App() {
  const [operator, setOperator] = useStored('operator', '')
  const [reached, setReached] = useState(true)
  const name = useRef(operator)
  name.current = operator
  const api = useMemo(() => createApi(() => name.current, setReached), [])
  const client = useMemo(newClient, [])
  const services = useMemo(
    () => ({ api, operator, setOperator, reached, onReach: setReached }), [api, operator, setOperator, reached],
  )
  return (
    <ConfigProvider locale={zhCN} theme={THEME} button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <QueryClientProvider client={client}>
          <AppContext.Provider value={services}>
            <Workbench />
            <NameDialog open={operator === ''} />
          </AppContext.Provider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}

/** The server is on this machine or in this building: what the browser thinks of the internet does not matter. */
function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', retry: 1, refetchOnReconnect: 'always' },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
