/** Tamperings of the originals that a report is held against. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { tar } from '../../helpers/archives';
import { AT } from '../handover';
import { added, type Change, cut, edit, flip, gone, longer, next, renamed, type Tampering } from './touch';

export function* ofOriginals(): Iterable<Tampering> {
  const asked = (name: string): readonly (readonly string[])[] => [
    [AT.case, '--evidence', name],
    [AT.pdf, '--evidence', name],
  ];
  for (const name of [AT.file, AT.archive, 'tree/cp-3/audit.log', 'tree/notes.md']) {
    const given = name.split('/')[0] as string;
    const id = given === AT.file ? 'E1' : given === AT.archive ? 'E2' : 'E3';
    const ways: readonly (readonly [string, Change])[] = [
      ['one bit', flip(next())],
      ['cut short', cut],
      ['longer', longer],
    ];
    for (const [way, change] of ways)
      for (const argv of asked(given))
        yield { title: `original ${name}: ${way}; ${argv[0]}`, touch: edit(name, change), asked: argv, names: new RegExp(id) };
  }
  yield {
    title: 'original tree: a file taken out',
    touch: gone('tree/notes.md'),
    asked: [AT.case, '--evidence', AT.tree],
    names: /notes\.md/,
  };
  yield {
    title: 'original tree: a file put in',
    touch: added('tree/more.md'),
    asked: [AT.case, '--evidence', AT.tree],
    names: /more\.md/,
  };
  yield {
    title: 'original tree: a file renamed',
    touch: renamed('tree/notes.md', 'tree/other.md'),
    asked: [AT.case, '--evidence', AT.tree],
    names: /notes\.md/,
  };
  yield {
    title: 'original node.tgz: a record changed',
    touch: edit(AT.archive, (bytes) =>
      gzipSync(Buffer.from(gunzipSync(bytes).toString('latin1').replace('"delete"', '"update"'), 'latin1')),
    ),
    asked: [AT.pdf, '--evidence', AT.archive],
    names: /E2\/cp-2\/audit\.log:4/,
  };
  yield {
    title: 'original node.tgz: a member renamed',
    touch: (dir) =>
      writeFileSync(
        join(dir, AT.archive),
        gzipSync(tar([{ name: 'cp-3/audit.log', content: readFileSync(join(dir, AT.file)) }])),
      ),
    asked: [AT.pdf, '--evidence', AT.archive],
    names: /E2\/cp-2\/audit\.log:4 \(its member/,
  };
}
