/** What the desktop shell offers beside the engine: dialogs to choose and to save, and what was dropped on the window. */
import { writeFile } from 'node:fs/promises';
import { dialog } from 'electron';
import type { Engine } from '../workers/contract/engine';
import { ExhibitError } from '../workers/contract/errors';
import type { Shell } from '../workers/contract/shell';
import type { Handles } from '../workers/shell/handles';
import { makeShell, type ShellHost } from '../workers/shell/shell';

type Property = 'openFile' | 'openDirectory';

async function ask(title: string, properties: Property[]): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({ title, properties });
  return canceled ? null : (filePaths[0] ?? null);
}

const CHOICES: readonly (readonly [label: string, property: Property | null])[] = [
  ['File or archive', 'openFile'],
  ['Folder', 'openDirectory'],
  ['Cancel', null],
];

/** Only the dialog of macOS offers files and folders at once. */
async function chooseBundle(): Promise<string | null> {
  const title = 'Choose a bundle';
  if (process.platform === 'darwin') return await ask(title, ['openFile', 'openDirectory']);
  const buttons = CHOICES.map(([label]) => label);
  const { response } = await dialog.showMessageBox({
    message: 'What is the bundle?',
    buttons,
    cancelId: CHOICES.length - 1,
    defaultId: 0,
  });
  const property = CHOICES[response]?.[1];
  return property ? await ask(title, [property]) : null;
}

const host: ShellHost = {
  kind: 'desktop',
  choose: (what) => (what === 'case' ? ask('Choose a case folder', ['openDirectory']) : chooseBundle()),
  save: async (file) => {
    const { canceled, filePath } = await dialog.showSaveDialog({ title: `Save ${file.name}`, defaultPath: file.name });
    if (!canceled && filePath) await writeFile(filePath, file.bytes);
    return null;
  },
};

export const desktopShell = (engine: Engine, handles: Handles): Shell => makeShell(engine, handles, host);

/** A dropped file: where it lies, and its path inside a folder that was chosen as a whole (empty otherwise). */
export interface Dropped {
  readonly path: string;
  readonly inside: string;
}

/** The one bundle that was dropped. Files of a chosen folder are that folder. Throws `usage` for several. */
export function bundleOf(dropped: readonly Dropped[]): string {
  const bundles = new Set(
    dropped.map(({ path, inside }) => {
      const below = inside.split('/').slice(1).join('/');
      return below === '' ? path : path.slice(0, -(below.length + 1));
    }),
  );
  const [bundle, ...more] = bundles;
  if (!bundle)
    throw new ExhibitError('usage', 'Nothing was dropped that lies on this machine; drop a file, a folder or an archive.');
  if (more.length > 0)
    throw new ExhibitError('usage', 'Drop one bundle at a time: a file, an archive, or the folder that holds them.');
  return bundle;
}
