import { useEffect } from 'react'
import { useMedia } from '../../hooks/useMedia'
import { useStored } from '../../state/stored'

export type Theme = 'auto' | 'light' | 'dark'

/** Light or dark: as chosen, else as the system has it. The root is marked while this page is open; others stay light. */
export function useTheme(): { dark: boolean; theme: Theme; setTheme: (theme: Theme) => void } {
  const [theme, setTheme] = useStored<Theme>('theme', 'auto')
  const system = useMedia('(prefers-color-scheme: dark)')
  const dark = theme === 'auto' ? system : theme === 'dark'
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
    return () => { delete document.documentElement.dataset['theme'] }
  }, [dark])
  return { dark, theme, setTheme }
}
