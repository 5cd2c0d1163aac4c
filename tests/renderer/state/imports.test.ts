import { expect, test } from 'vitest';
import { Imports } from '../../../renderer/state/imports.svelte';
import type { Workbench } from '../../../renderer/state/workbench.svelte';
import { ExhibitError } from '../../../workers/contract/errors';
import type { ImportResult } from '../../../workers/contract/evidence';

/** A shell whose imports end when the test says so. */
function made() {
  const asked: string[] = [];
  const ends: { readonly done: (result: ImportResult) => void; readonly fail: (error: Error) => void }[] = [];
  const workbench = {
    shell: {
      import: (handle: string) => {
        asked.push(handle);
        return new Promise<ImportResult>((done, fail) => ends.push({ done, fail }));
      },
    },
    refresh: async () => undefined,
  } as unknown as Workbench;
  const imports = new Imports(workbench);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { imports, asked, ends, settled };
}
const handle = (name: string) => ({ handle: `h-${name}`, name });
const result = (activities: number) => ({ totals: { activities, rejected: 0 } }) as ImportResult;

test('imports take their turn, in the order in which they were asked for', async () => {
  const { imports, asked, ends, settled } = made();
  for (const name of ['a', 'b', 'c']) void imports.start(handle(name));

  expect(asked).toEqual(['h-a']);
  expect(imports.waiting).toEqual(['b', 'c']);
  ends[0]?.done(result(1));
  await settled();
  expect(asked).toEqual(['h-a', 'h-b']);
  expect([imports.name, imports.waiting]).toEqual(['b', ['c']]);
});

test('what became of those before stays to be read; a failure stops nothing behind it', async () => {
  const { imports, asked, ends, settled } = made();
  for (const name of ['a', 'b']) void imports.start(handle(name));
  ends[0]?.fail(new ExhibitError('failed', 'The disk is full.'));
  await settled();
  ends[1]?.done(result(7));
  await settled();

  expect(asked).toEqual(['h-a', 'h-b']);
  expect(imports.result?.totals.activities).toBe(7);
  expect(imports.earlier).toMatchObject([{ name: 'a', failure: { message: 'The disk is full.' } }]);
  imports.dismiss();
  expect(imports.earlier).toEqual([]);
});

test('between two of a row nothing ends: it goes on running, from nothing', async () => {
  const { imports, ends, settled } = made();
  for (const name of ['a', 'b']) void imports.start(handle(name));
  ends[0]?.done(result(1));
  await Promise.resolve();

  expect([imports.running, imports.progress]).toEqual([true, undefined]);
  await settled();
  expect([imports.name, imports.ended]).toEqual(['b', 'a']);
});

test('one that waits can be left out', async () => {
  const { imports, asked, ends, settled } = made();
  for (const name of ['a', 'b', 'c']) void imports.start(handle(name));
  imports.leaveOut(0);
  ends[0]?.done(result(1));
  await settled();

  expect(asked).toEqual(['h-a', 'h-c']);
});
