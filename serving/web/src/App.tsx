import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { createApi, createCall } from './api'
import { AppContext } from './app'
import { Boundary } from './components/Boundary'
import { NameDialog } from './components/NameDialog'
import { pageOf, useHash } from './hooks/useHash'
import { useMedia } from './hooks/useMedia'
import { useStored } from './state/stored'
import { Workbench } from './Workbench'

/** Loaded when they are opened: whoever takes calls does not wait for them. */
const KnowledgePage = lazy(() => import('./knowledge/KnowledgePage'))
const CommandPage = lazy(() => import('./command/CommandPage'))

const THEME = {
  token: {
    fontSize: 15, fontSizeSM: 14, controlHeight: 32, controlHeightSM: 26, colorPrimary: '#1450a3', colorError: '#a8071a', colorText: '#14181f', colorTextSecondary: '#3d4756',
    colorTextPlaceholder: '#5c6778', colorBorder: '#8c98a9', borderRadius: 4, motion: false,
    fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  },
}

/** The width at which style.css turns to one column: what is pressed with a thumb is 40 px at least. */
const PHONE = '(max-width: 900px)'
const THUMBS = { ...THEME, token: { ...THEME.token, controlHeight: 40, controlHeightSM: 40 } }

export function App() {
  const phone = useMedia(PHONE)
  const [operator, setOperator] = useStored('operator', '')
  const [reached, setReached] = useState(true)
  const name = useRef(operator)
  name.current = operator
  const call = useMemo(() => createCall(() => name.current, setReached), [])
  const api = useMemo(() => createApi(call), [call])
  const client = useMemo(newClient, [])
  const services = useMemo(
    () => ({ api, call, operator, setOperator, reached, onReach: setReached }), [api, call, operator, setOperator, reached],
  )
  return (
    <ConfigProvider locale={zhCN} theme={phone ? THUMBS : THEME} button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <QueryClientProvider client={client}>
          <AppContext.Provider value={services}>
            <Page />
            <NameDialog open={operator === ''} />
          </AppContext.Provider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}

/** What the browser's tab and a screen reader call each page. */
const TITLES: Record<ReturnType<typeof pageOf>, string> = { desk: '工单台', knowledge: '知识库', command: '指挥台' }

function Page() {
  const page = pageOf(useHash())
  useEffect(() => { document.title = `${TITLES[page]} · 平急` }, [page])
  return (
    <Boundary key={page}>
      {page === 'desk' && <Workbench />}
      {page !== 'desk' && <Suspense fallback={<p className="quiet" role="status">正在打开…</p>}>{page === 'knowledge' ? <KnowledgePage /> : <CommandPage />}</Suspense>}
    </Boundary>
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
