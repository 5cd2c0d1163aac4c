/** How a cited record is checked without Exhibit: commands that print its hash, for one of the records as an example. */
import { quoteWords } from '../contract/shell-words';
import { type Block, cite, evidence, words } from './blocks';
import type { Citation } from './citations';
import type { ReportModel } from './model';

/** Paths that a shell can be given as they are printed: no byte of them is escaped, and they lie in no archive that lies in another. */
const PLAIN = /^[^%!]+$/;

/** No block where no record is cited by a hash that anybody can make. @param shown the citations that are printed */
export function recipe({ case: { evidence: all } }: ReportModel, shown: readonly Citation[]): readonly Block[] {
  const example = shown.find(({ sha256, member }) => sha256 !== null && PLAIN.test(member));
  const of = all.find(({ id }) => id === example?.evidence);
  if (example === undefined || of === undefined) return [];
  const commands = [
    ...(of.kind === 'archive' ? [quoteWords(['tar', '-xf', of.name])] : []),
    `${quoteWords(['gzip', '-dcf', example.member])} | tail -c +${example.offset + 1} | head -c ${example.length} | sha256sum`,
  ];
  return [
    {
      type: 'text',
      spans: [
        words('To check one by hand, here '),
        cite(example.n),
        words(` of ${of.id}, in the folder of the evidence (${of.kind === 'folder' ? 'within it' : 'where it lies'}):\n`),
        ...commands.flatMap((command) => [evidence(command), words('\n')]),
        words(
          `It prints ${example.sha256?.slice(0, 16)}…, as below. tail counts from 1, so it is told the offset and one more; gzip -dcf reads plain files, too. What is compressed otherwise is unpacked by its own tool first: unzip, zstd -d, xz -d, bzip2 -d; so is, one after another, what “!/” in a place says to lie in an archive within an archive.`,
        ),
      ],
    },
  ];
}
