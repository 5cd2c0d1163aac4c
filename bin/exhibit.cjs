#!/usr/bin/env node
// libuv reads the size of its thread pool when it is first used: this line comes before everything, also before any import.
process.env.UV_THREADPOOL_SIZE ??= '16';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const main = join(__dirname, '../dist/cli/exhibit.js');
if (existsSync(main)) void import(pathToFileURL(main).href);
else {
  process.stderr.write('exhibit: it is not built yet; run npm run build, or npm start, which builds it.\n');
  process.exitCode = 1;
}
