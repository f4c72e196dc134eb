import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** Everything the page needs is in the bundle: it asks nobody but the server it came from. */
export default defineConfig({
  plugins: [preact()],
  base: './',
  build: { target: 'es2024', assetsInlineLimit: 0, chunkSizeWarningLimit: 600 },
})
