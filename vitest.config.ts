import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/helpers/longest-first';

export default defineConfig({
  // The workbench's state classes are runes: they need the compiler.
  plugins: [svelte({ configFile: false })],
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/helpers/built-threads.ts',
    // A clone's own tests do not clone again.
    exclude: [
      'tests/e2e/**',
      'tests/bench/**',
      'node_modules/**',
      ...(process.env.EXHIBIT_IN_CLONE ? ['tests/fresh-clone.test.ts'] : []),
    ],
    pool: 'forks',
    // One more than the cores of a small machine: tests wait for processes, disks and each other's threads.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A busy machine answers late; what is wrong stays wrong.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { UV_THREADPOOL_SIZE: '16' },
  },
});
