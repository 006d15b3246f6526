import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/tab/',
  // React's JSX by the automatic runtime, which needs no plugin; the one for development would be three times slower.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined pieces would be data addresses, which the page's policy allows for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // `use client` marks what a server must not render; nothing is rendered on a server here.
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
      // The styles of the first page are one file, in the order of the imports: what is general comes before the components.
      output: { codeSplitting: { groups: [{ name: 'styles', test: /\.css$/, tags: ['$initial'] }] } },
    },
  },
});
