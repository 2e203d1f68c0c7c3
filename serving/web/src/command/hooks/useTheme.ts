import { useEffect, useSyncExternalStore } from 'react'
import { useStored } from '../../state/stored'

export type Theme = 'auto' | 'light' | 'dark'
const DARK = '(prefers-color-scheme: dark)'

/** Light or dark: as chosen, else as the system has it. The root is marked while this page is open; others stay light. */
export function useTheme(): { dark: boolean; theme: Theme; setTheme: (theme: Theme) => void } {
  const [theme, setTheme] = useStored<Theme>('theme', 'auto')
  const system = useSyncExternalStore(onSystemChange, () => matchMedia(DARK).matches)
  const dark = theme === 'auto' ? system : theme === 'dark'
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
    return () => { delete document.documentElement.dataset['theme'] }
  }, [dark])
  return { dark, theme, setTheme }
}

function onSystemChange(changed: () => void): () => void {
  const query = matchMedia(DARK)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
