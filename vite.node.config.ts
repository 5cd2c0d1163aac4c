/** What runs in Node: the command line, the engine's threads, the desktop shell's main and engine processes. All as ES modules. */
import { existsSync, readdirSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { parse } from 'yaml';
import { packFiles } from './workers/detect/pack-files.ts';
import { builtName } from './workers/threads.ts';

/** Every `workers/…-thread.ts` is an entry. Every built file lies one folder below dist: they find each other by that (workers/threads.ts). */
const threads = readdirSync('workers', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('-thread.ts'))
  .map((path) => path.slice(0, -'.ts'.length));

const shells = ['cli/exhibit', 'electron/main', 'electron/engine'].filter((name) => existsSync(`${name}.ts`));

/** Rules are parsed once, here. What reads them checks them as ever. */
const rules: Plugin = {
  name: 'rules',
  load: {
    filter: { id: /\/workers\/detect\/pack-files\.ts$/ },
    handler() {
      const files = packFiles().map((file) => ({ ...file, yaml: parse(file.text) as unknown }));
      return `export const packFiles = () => ${JSON.stringify(files)};`;
    },
  },
};

export default defineConfig({
  plugins: [rules],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false, // the renderer is built beside it
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: {
        ...Object.fromEntries(
          threads.map((name) => [`workers/${builtName(name).slice(0, -'.js'.length)}`, `workers/${name}.ts`]),
        ),
        ...Object.fromEntries(shells.map((name) => [name, `${name}.ts`])),
      },
      external: [/^node:/, 'electron', /^@duckdb\//, 'pdfkit', 'ws'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
