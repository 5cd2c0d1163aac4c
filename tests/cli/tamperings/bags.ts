/** Tamperings of a bag: its payload, its tag files, and both with all manifests made anew. */
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReportModel } from '../../../workers/report/model';
import { AT } from '../handover';
import { drawnAnew, underAnotherVersion } from './reports';
import {
  added,
  behind,
  behindLink,
  both,
  crlf,
  edit,
  edited,
  emptyFolder,
  escaped,
  flip,
  gone,
  linked,
  longer,
  naming,
  renamed,
  renewed,
  retagged,
  sha256,
  swapped,
  type Tampering,
  text,
  waysOf,
} from './touch';

const BAG = [AT.bag];
const PAYLOAD = [
  'evidence/E1/audit.log',
  'evidence/E2/node.tgz',
  'evidence/E3/tree/cp-3/audit.log',
  'evidence/E3/tree/notes.md',
  'journal.ndjson',
  'marks.ndjson',
  'report.pdf',
] as const;
const TAGS = ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'] as const;

const bagged = (name: string) => `${AT.bag}/${name}`;
export function* ofBags(): Iterable<Tampering> {
  for (const name of PAYLOAD) {
    const file = bagged(`data/${name}`);
    for (const [way, touch] of waysOf(file)) {
      yield { title: `bag: ${name} ${way}`, touch, asked: BAG, names: naming(`data/${name}`) };
      yield {
        title: `bag: ${name} ${way}, manifests renewed`,
        touch: both(touch, renewed),
        asked: BAG,
        names: new RegExp(/^E\d/.exec(name.slice(9))?.[0] ?? name.split('.', 1)[0] ?? ''),
      };
    }
    const where = bagged(`data/${name}.more`);
    yield { title: `bag: a file put in beside ${name}`, touch: added(where), asked: BAG, names: naming(`data/${name}.more`) };
    yield {
      title: `bag: a file put in beside ${name}, manifests renewed`,
      touch: both(added(where), renewed),
      asked: BAG,
      names: new RegExp(`${escaped(basename(where))}|E3 \\(tree\\)`),
    };
  }
  yield {
    title: 'bag: two originals swapped',
    touch: swapped(bagged('data/evidence/E1/audit.log'), bagged('data/evidence/E3/tree/cp-3/audit.log')),
    asked: BAG,
    names: /E1\/audit\.log/,
  };
  yield {
    title: 'bag: two originals swapped, manifests renewed',
    touch: both(swapped(bagged('data/evidence/E1/audit.log'), bagged('data/evidence/E3/tree/cp-3/audit.log')), renewed),
    asked: BAG,
    names: /E1 \(audit\.log\)/,
  };
  yield {
    title: 'bag: a link put into its payload',
    touch: (dir) => symlinkSync('/etc/hostname', join(dir, bagged('data/link'))),
    asked: BAG,
    names: /data\/link/,
  };
  yield {
    title: 'bag: an original put in place by a link',
    touch: linked(bagged('data/evidence/E1/audit.log')),
    asked: BAG,
    names: /data\/evidence\/E1\/audit\.log/,
  };
  for (const name of TAGS) {
    const file = bagged(name);
    for (const i of [0.1, 0.9])
      yield { title: `bag: one bit of ${name}, at ${i}`, touch: edit(file, flip(i)), asked: BAG, names: naming(name, 'data/') };
    yield { title: `bag: ${name} taken out`, touch: gone(file), asked: BAG, names: naming(name) };
    yield { title: `bag: ${name} made longer`, touch: edit(file, longer), asked: BAG, names: naming(name) };
  }
  for (const name of ['notes.txt', 'fetch.txt', 'manifest-md5.txt', 'more'])
    yield { title: `bag: ${name} put beside its own files`, touch: added(bagged(name)), asked: BAG, names: naming(name) };
  for (const [label, value] of [
    ['Bag-Software-Agent', 'Exhibit 9.9.9'],
    ['Exhibit-Journal-Entries', '16'],
    ['Exhibit-Journal-Head', 'f'.repeat(64)],
    ['Exhibit-Case-Digest', 'f'.repeat(64)],
    ['Exhibit-Evidence-Digest', 'f'.repeat(64)],
    ['Exhibit-Evidence', `E1 ${'f'.repeat(64)} 2292 audit.log`],
  ] as const) {
    const touch = edit(
      bagged('bag-info.txt'),
      text((info) => info.replace(new RegExp(`${label}: .*`), `${label}: ${value}`)),
    );
    yield {
      title: `bag: ${label} of bag-info.txt, manifests renewed`,
      touch: both(touch, renewed),
      asked: BAG,
      names: new RegExp(
        `bag-info\\.txt.*${label}|${label}.*bag-info\\.txt|bag-info\\.txt, up to entry|E1 .*original of bag-info`,
      ),
    };
  }
  for (const name of ['more', 'evidence/E3/tree/sub', 'evidence/E9'])
    yield {
      title: `bag: an empty folder put in, ${name}`,
      touch: emptyFolder(bagged(`data/${name}`)),
      asked: BAG,
      names: naming(`data/${name} is a folder`),
    };
  for (const name of ['data', 'data/evidence', ...TAGS])
    yield {
      title: `bag: ${name} put in place by a link to it`,
      touch: behindLink(bagged(name)),
      asked: BAG,
      names: naming(`${name} is a link`),
    };
  yield {
    title: 'bag: its payload taken out',
    touch: gone(bagged('data')),
    asked: BAG,
    names: /data\/journal\.ndjson is missing/,
  };
  for (const [way, change] of [
    ['with two hashes of one file', behind(`${'f'.repeat(64)}  data/report.pdf\n`)],
    ['with line ends of another system', crlf],
    ['with a byte order mark', behind('\ufeff')],
  ] as const)
    yield {
      title: `bag: its manifest ${way}`,
      touch: both(edit(bagged('manifest-sha256.txt'), change), retagged),
      asked: BAG,
      names: /The payload is that of manifest-sha256\.txt/,
    };
  for (const name of ['bagit.txt', 'bag-info.txt'])
    for (const [way, change] of [
      ['with line ends of another system', crlf],
      ['with a byte order mark', behind('\ufeff')],
    ] as const)
      yield {
        title: `bag: ${name} ${way}`,
        touch: both(edit(bagged(name), change), retagged),
        asked: BAG,
        names: naming(name),
      };
  yield {
    title: 'bag: marks under a name with a letter that looks alike',
    touch: both(renamed(bagged('data/marks.ndjson'), bagged('data/m\u0430rks.ndjson')), renewed),
    asked: BAG,
    names: /marks/,
  };
  yield {
    title: 'bag: an older report of the case in the place of its own',
    touch: both((dir) => copyFileSync(join(dir, AT.pdf), join(dir, bagged('data/report.pdf'))), renewed),
    asked: BAG,
    names: /bag-info\.txt says what the bag holds/,
  };
  yield {
    title: 'bag: its report forged under another version',
    touch: both(edit(bagged('data/report.pdf'), underAnotherVersion), renewed),
    asked: BAG,
    names: /pages show.*9\.9\.9/,
  };
  for (const [way, names, change] of [
    [
      'custody journal',
      /custody journal of the report/,
      (m: ReportModel) => ({ ...m, custody: m.custody.slice(0, -1).toReversed() }),
    ],
    ['list of evidence', /E3/, (m: ReportModel) => ({ ...m, case: { ...m.case, evidence: m.case.evidence.slice(0, 2) } })],
  ] as const)
    yield {
      title: `bag: its report drawn anew with another ${way}`,
      touch: async (dir) => {
        await drawnAnew(join(dir, bagged('data/report.pdf')), change);
        renewed(dir);
      },
      asked: BAG,
      names,
    };
  const without = edit(
    bagged('bag-info.txt'),
    text((info) => info.replace(/Exhibit-Evidence: E3.*\n/, '')),
  );
  yield {
    title: 'bag: an evidence taken out everywhere',
    touch: both(gone(bagged('data/evidence/E3')), without, renewed),
    asked: BAG,
    names: /E3/,
  };
  yield {
    title: 'bag: a line of bag-info.txt put in, manifests renewed',
    touch: both(edit(bagged('bag-info.txt'), longer), renewed),
    asked: BAG,
    names: /bag-info\.txt/,
  };
  const forgedOriginal = (dir: string) => {
    edit(
      bagged('data/evidence/E1/audit.log'),
      text((log) => log.replace('"ann"', '"zoe"')),
    )(dir);
    const hash = sha256(readFileSync(join(dir, bagged('data/evidence/E1/audit.log'))));
    edited(join(dir, bagged('bag-info.txt')), (info) => info.replace(/E1 [0-9a-f]{64}/, `E1 ${hash}`));
    renewed(dir);
  };
  yield {
    title: 'bag: an original forged, with bag-info.txt and manifests',
    touch: forgedOriginal,
    asked: BAG,
    names: /E1 \(audit\.log\)|E1:1/,
  };
  yield {
    title: 'bag: another signature',
    touch: edit('bag.anchor.txt.sig', flip(0.5)),
    asked: [AT.bag, '--anchor', 'bag.anchor.txt', '--key', AT.key],
    names: /signature of bag\.anchor\.txt/,
  };
  yield {
    title: 'bag: the payload renewed, against its signed manifest',
    touch: both(
      edit(
        bagged('data/marks.ndjson'),
        text((t) => t.replace('4711', '4712')),
      ),
      renewed,
    ),
    asked: [AT.bag, '--anchor', 'bag.anchor.txt', '--key', AT.key],
    names: /stated with this bag/,
  };
}
