import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env['PINGJI_URL'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  build: {
    // The policy allows nothing but our own files: no data: URLs, and no warning hides a growing bundle.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    target: 'es2022',
  },
  server: { proxy: { '/api': server } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
})
