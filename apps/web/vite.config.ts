import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['bookedbarber-source', ...defaultClientConditions] },
  build: { outDir: 'dist', emptyOutDir: true, sourcemap: true },
  // `npm run dev` serves the pages with hot reload and forwards API requests to the server of `npm start`.
  server: { proxy: { '/api': 'http://localhost:3000' } },
});
