/**
 * Whether a process runs what an exec asked for. Sources differ in how they write a command line: Tetragon the path and one text
 * of arguments with blanks quoted, Falco name and arguments without quotes; both cut long ones. So quotes and
 * spacing do not count, the first word counts by its last path element, and a cut text counts as far as it goes. A script runs as its
 * interpreter, which is given the script's path and arguments.
 */

/**
 * `name`: the program agrees, its arguments are not recorded. `alias`: another name of what may be the same program. `within`: what the command says
 * it will run in its own place (`sh -c 'exec bash'`, `env bash`), the record of the command itself being lost. `unasked`: the API call does not say.
 */
export type ArgvMatch = 'exact' | 'prefix' | 'name' | 'alias' | 'within' | 'unasked';

/** What is known of a process image. */
export interface Image {
  readonly cmdline: string | null;
  readonly exe: string | null;
  readonly comm: string | null;
}

/** The kernel keeps 15 bytes of a command's name. */
const COMM_BYTES = 15;
/** Below this a text that ends early is another command, not a cut one. */
const SHORTEST_CUT = 100;
const SHELLS = new Set(['sh', 'ash', 'bash', 'dash', 'busybox']);
/** Programs that run another in their own place. */
const HOSTS = new Set([...SHELLS, 'zsh', 'env', 'chroot', 'nsenter', 'setsid', 'setpriv', 'nice', 'stdbuf', 'gosu', 'su-exec']);

const plain = (text: string): string =>
  text
    .replace(/["'\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function split(line: string): readonly [string, string] {
  const at = line.indexOf(' ');
  return at < 0 ? [base(line), ''] : [base(line.slice(0, at)), line.slice(at + 1)];
}

/** How the image agrees with the argv asked for (null where the call does not tell it); undefined where it does not. */
export function matchArgv(asked: readonly string[] | null, image: Image): ArgvMatch | undefined {
  if (asked === null || asked.length === 0) return 'unasked';
  const [name, rest] = split(plain(asked.join(' ')));
  if (image.cmdline === null) return namesOf(image).includes(name.slice(0, COMM_BYTES)) ? 'name' : undefined;
  const [ran, args] = split(plain(image.cmdline));
  const agreed = agree([name, rest], [ran, args], image) ?? agree([name, rest], split(args.replace(OPTIONS, '')));
  return agreed ?? (HOSTS.has(name) && mentions(rest, `${ran} ${args}`.trim()) ? 'within' : undefined);
}

type Words = readonly [name: string, args: string];

function agree([name, rest]: Words, [ran, args]: Words, image?: Image): ArgvMatch | undefined {
  const same = args === rest ? 'exact' : isCut(args) && rest.startsWith(args.replace(/\.\.\.$/, '')) ? 'prefix' : undefined;
  if (same === undefined) return undefined;
  if (ran === name || (image && namesOf(image).includes(name))) return same;
  return image && isAlias(name, ran) ? 'alias' : undefined;
}

/** Of an interpreter, before the script. */
const OPTIONS = /^(-\S* )+/;

/** A command line among words, with or without a path before its name. */
function mentions(words: string, command: string): boolean {
  if (command === '') return false;
  for (let at = words.indexOf(command); at >= 0; at = words.indexOf(command, at + 1)) {
    if (/^$|[\s/;&|(]/.test(words.charAt(at - 1)) && /^$|[\s;&|)]/.test(words.charAt(at + command.length))) return true;
  }
  return false;
}

/** Names under which the kernel may know what an exec asked for: shells stand in for one another. */
export function namesOfCommand(argv: readonly string[] | null): readonly string[] {
  const name = base(argv?.[0] ?? '').slice(0, COMM_BYTES);
  return SHELLS.has(name) ? [...SHELLS] : name === '' ? [] : [name];
}

const namesOf = (image: Image): string[] =>
  [image.exe === null ? '' : base(image.exe), image.comm ?? ''].map((n) => n.slice(0, COMM_BYTES));
const isCut = (args: string): boolean => args.length >= SHORTEST_CUT || args.endsWith('...');

/** `sh` is a link to a shell or to busybox on most images, `python3` to python3.12. */
const isAlias = (asked: string, ran: string): boolean =>
  (SHELLS.has(asked) && SHELLS.has(ran)) ||
  ran === 'busybox' ||
  (ran.startsWith(asked) && /^[\d.]+$/.test(ran.slice(asked.length)));
