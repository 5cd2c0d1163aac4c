/**
 * What a container engine's own exec (`docker exec -it web bash`) starts: a process that enters the container which the command line names, on the same machine
 * and so on the same clock, right after the client. It is the client's session where exactly one such process and one such client fit.
 */

import { groupBy } from '../contract/group';
import { matchArgv } from './argv';
import { textIndex } from './candidates';
import type { Answer, Input, Text } from './input';
import { type Place, shortId } from './places';
import type { Root } from './roots';
import type { Forest } from './tree';

/** From the client's start to the process, seconds. */
const LATEST = 10;
const SLACK = 0.05;

export interface EngineExec {
  /** A name, or an id or the beginning of one. */
  readonly container: string;
  readonly argv: readonly string[];
}

/** Options that take the next word as their value. */
const VALUED = /^(-[euwn]|--(env|env-file|user|workdir|cwd|detach-keys|exec-id|timeout|namespace|sync))$/;

/** What the command line of `docker`, `podman`, `nerdctl`, `crictl` or `ctr … exec` asks for; null where it asks for nothing. Quotes in it do not count. */
export function engineExecOf(cmdline: string): EngineExec | null {
  const words = cmdline.split(/\s+/).filter((word) => word !== '');
  let at = words.indexOf('exec', 1) + 1;
  if (at === 0) return null;
  while (words[at]?.startsWith('-')) at += VALUED.test(words[at] as string) ? 2 : 1;
  const [container, ...argv] = words.slice(at);
  return container === undefined || argv.length === 0 ? null : { container, argv };
}

/** Whether a place is the container that an engine's exec names, on this machine. */
export const isNamedBy = (place: Place, { container }: EngineExec, host: string | null): boolean =>
  place.containerid !== null &&
  place.host === host &&
  (place.container === container ||
    (container.length >= 6 && (shortId(container) ?? container).startsWith(place.containerid.slice(0, container.length))));

/** Roots of clients, by number of the client's originator. `free`: roots that nobody else might have caused. */
export function findEngineRoots(
  input: Input,
  forest: Forest,
  roots: readonly Root[],
  answers: readonly Answer[],
  isFree: (root: number) => boolean,
): ReadonlyMap<number, Root> {
  const clients = input.attempts.flatMap(({ engine, log, time }, number) =>
    engine === null || answers[number]?.root !== -1 ? [] : [{ engine, host: log, time, number }],
  );
  if (clients.length === 0) return new Map();
  const textOf = textIndex(input);
  const pairs = roots.flatMap((root, r) => {
    const place = input.places[root.place] as Place;
    if ((root.outer !== 'runtime' && root.outer !== 'entered') || root.probe || !isFree(r)) return [];
    const texts = root.images.map((image) => input.texts[textOf(forest.row[image] as number)]);
    const runs = (argv: readonly string[]) =>
      texts.some((text?: Text) => text !== undefined && matchArgv(argv, text) !== undefined);
    return clients
      .filter(({ engine, host, time }) => {
        const after = root.start - time;
        return after > -SLACK && after < LATEST && isNamedBy(place, engine, host) && runs(engine.argv);
      })
      .map(({ number }) => ({ number, root }));
  });
  const ofRoot = groupBy(pairs, ({ root }) => root);
  const ofClient = groupBy(pairs, ({ number }) => number);
  return new Map(
    pairs
      .filter(({ root, number }) => ofRoot.get(root)?.length === 1 && ofClient.get(number)?.length === 1)
      .map(({ root, number }) => [number, root]),
  );
}
