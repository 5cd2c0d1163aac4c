/** Programs that some tests need: found, or brought where that may be done, or said to be missing in one sentence. */
import { findProgram, inRoot, run, say } from './lib.mjs';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const mayInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && findProgram('apt-get') !== undefined;

let updated;
/** Installs a Debian package as root; false where that may not be done or fails. */
async function debian(...packages) {
  if (!mayInstall()) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  updated ??= run('apt-get', ['update', '-q'], { env });
  await updated;
  return (await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })) === 0;
}

/**
 * The browser for end-to-end tests: the system's, else Debian's package, else Playwright's own.
 * @returns `path` undefined: Playwright knows where its own is; `found` false: there is none
 */
export async function bringChromium() {
  const system = findProgram(...CHROMIUM);
  if (system) return { found: true, path: system };
  say('Bringing Chromium for the tests…');
  if (await debian('chromium')) return { found: true, path: findProgram(...CHROMIUM) };
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
