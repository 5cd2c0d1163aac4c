/** Programs that some tests need: found, or brought where that may be done, or said to be missing in one sentence. */
import { findProgram, inRoot, read, run, say } from './lib.mjs';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const mayInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get') !== undefined;

let updated;
/** Installs a Debian package as root; false where that may not be done or fails. */
async function debian(...packages) {
  if (!mayInstall()) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // A mirror that does not answer at once, or another who installs just now, is no reason to give up.
  const patient = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120'];
  updated ??= run('apt-get', ['update', ...patient], { env });
  await updated;
  return (await run('apt-get', ['install', '-y', ...patient, '--no-install-recommends', ...packages], { env })) === 0;
}

/** The first of the system's browsers that starts: some are only a hint where to get one. */
async function systemChromium() {
  for (const path of [process.env.EXHIBIT_CHROMIUM, ...CHROMIUM.map((name) => findProgram(name))]) {
    if (path && (await read(path, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).catch(() => ({ code: 1 }))).code === 0)
      return path;
  }
  return undefined;
}

/**
 * The browser for end-to-end tests: the system's, else Debian's package, else Playwright's own.
 * @returns `path` undefined: Playwright knows where its own is; `found` false: there is none
 */
export async function bringChromium() {
  const system = await systemChromium();
  if (system) return { found: true, path: system };
  say('Bringing Chromium for the tests…');
  const debians = (await debian('chromium')) ? await systemChromium() : undefined;
  if (debians) return { found: true, path: debians };
  if ((await run(process.execPath, [inRoot('node_modules/@playwright/test/cli.js'), 'install', 'chromium'])) === 0)
    return { found: true };
  say('Chromium is neither on this machine nor to be had: the end-to-end tests cannot run.');
  return { found: false };
}

const DOCUMENT_TOOLS = [
  { program: 'qpdf', packageName: 'qpdf', what: 'the structure of PDF reports is not checked' },
  { program: 'pdftotext', packageName: 'poppler-utils', what: 'the text and pictures of PDF reports are not checked' },
];

export async function bringDocumentTools() {
  for (const { program, packageName, what } of DOCUMENT_TOOLS) {
    if (findProgram(program) || (await debian(packageName))) continue;
    say(`${program} is neither on this machine nor to be had: ${what}.`);
  }
}
