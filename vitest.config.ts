import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './tests/helpers/longest-first';

/**
 * Files of these folders run in a process that others before them have run in, with the modules that are loaded there: to load them anew takes
 * half a second of a core a file. Such tests replace no module, and leave nothing open.
 */
const TOGETHER = [
  'tests/renderer/{data,views,widgets}/**/*.test.ts',
  'tests/resources/**/*.test.ts',
  'tests/workers/{bundle,case,contract,correlate,detect,envelopes,filter,formats,queries,questions,redact,report,verify}/**/*.test.ts',
];
/** A clone's own tests do not clone again. */
const NOT_HERE = process.env.EXHIBIT_IN_CLONE ? ['tests/fresh-clone.test.ts'] : [];

const project = (name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  // The workbench's state classes are runes: they need the compiler.
  plugins: [svelte({ configFile: false })],
  test: {
    name,
    // A busy machine answers late; what is wrong stays wrong.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    env: { UV_THREADPOOL_SIZE: '16' },
    ...test,
  },
});

export default defineConfig({
  test: {
    globalSetup: 'tests/helpers/built-threads.ts',
    pool: 'forks',
    // One more than the cores of a small machine: tests wait for processes, disks and each other's threads.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      project('alone', { include: ['tests/**/*.test.ts'], exclude: [...TOGETHER, ...NOT_HERE] }),
      project('together', { include: TOGETHER, isolate: false }),
    ],
  },
});
