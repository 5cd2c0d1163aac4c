import { expect, test } from 'vitest';
import { OwnRules } from '../../../renderer/views/policy/own-rules.svelte';
import { ExhibitError } from '../../../workers/contract/errors';
import type { RuleFile } from '../../../workers/contract/findings';

function made(kept: readonly RuleFile[] = []) {
  let list = kept;
  let changed = 0;
  const engine = {
    rules: async () => list,
    setRules: async (rules: readonly RuleFile[]) => {
      if (rules.some(({ text }) => text === 'none')) throw new ExhibitError('usage', 'The rule “x” cannot be read.');
      list = rules;
      return list;
    },
  };
  const rules = new OwnRules(engine, async () => void changed++);
  return { rules, names: () => list.map(({ name, text }) => `${name}: ${text}`), changed: () => changed };
}

test('adds the rules among the files, one of a name that is there in its place', async () => {
  const { rules, names, changed } = made([
    { name: 'old', text: 'a' },
    { name: 'kept', text: 'b' },
  ]);
  await rules.load();
  await rules.add([new File(['c'], 'old.yaml'), new File(['d'], 'new.YML'), new File(['e'], 'readme.md')]);

  expect(names()).toEqual(['kept: b', 'old: c', 'new: d']);
  expect([changed(), rules.said]).toEqual([1, '2 rules added; what they find is worked out now.']);
  await rules.remove('kept');
  expect(names()).toEqual(['old: c', 'new: d']);
});

test('says why, and changes nothing, where there is no rule among the files or one is none', async () => {
  const { rules, names, changed } = made([{ name: 'kept', text: 'b' }]);
  await rules.load();
  await rules.add([new File(['x'], 'notes.txt'), new File(['y'.repeat(70_000)], 'long.yaml')]);
  expect(rules.said).toMatch(/no rule among these files/);
  await rules.add([new File(['none'], 'x.yaml')]);
  expect(rules.said).toBe('The rule “x” cannot be read.');
  expect([names(), changed()]).toEqual([['kept: b'], 0]);
});
