import { KINDS, type Kind } from '../../../workers/contract/attributes';
import type { Trace } from '../../../workers/contract/trace';
import type { Failure } from '../../state/failure';
import { Slot } from '../../state/slot.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import {
  branchesOf,
  linesOf,
  type Span,
  spanOf,
  type TranscriptLine,
  type TreeLine,
  transcriptOf,
  treeLines,
} from './trace-data';

/** What fills a screen is asked for first, and all of it when that is there. */
const FIRST = 100;
/** Switches in the address. */
const STORY = 'story';
const without = (kind: Kind) => `without ${kind}`;

/** The session that the address names, traced, and how it is told. What it takes long to make of a trace is made once, not with each selection. */
export class Tracing {
  readonly #first = new Slot<Trace>();
  readonly #all = new Slot<Trace>();

  constructor(private readonly workbench: Workbench) {}

  /** For an effect: asks for what the address names. */
  ask(): void {
    const { engine, address, revision } = this.workbench;
    const { session, at: alone } = address;
    if (session) this.#first.ask(`${session} ${revision}`, () => engine.trace(session, { folded: true, alone, first: FIRST }));
    else this.#first.clear();
  }

  /** For an effect: asks for all of a trace that came in part. */
  askAll(): void {
    const { engine, address, revision } = this.workbench;
    const { session, more } = this.#first.value ?? {};
    if (session === undefined || more === 0) return;
    this.#all.ask(`${session} ${revision}`, () => engine.trace(session, { folded: true, alone: address.at }));
  }

  readonly trace: Trace | undefined = $derived.by(() => {
    const [first, all] = [this.#first.value, this.#all.value];
    return first?.more && all?.session === first.session ? all : first;
  });
  readonly failure: Failure | undefined = $derived.by(
    () => this.#first.failure ?? (this.#first.value?.more ? this.#all.failure : undefined),
  );
  /** Nothing is there yet, for longer than one notices; `long`: so long that shapes stand for what will come. */
  readonly awaited: 'no' | 'slow' | 'long' = $derived.by(() => {
    const { ready, phase } = this.#first;
    return ready || phase === 'idle' || phase === 'asked' ? 'no' : phase;
  });
  readonly stale: boolean = $derived.by(() => this.#first.stale);
  readonly busy: boolean = $derived.by(() => this.#first.busy);
  readonly tookMs: number = $derived.by(() => this.#first.tookMs);

  again(): void {
    (this.#first.failure ? this.#first : this.#all).again();
  }

  /** As text, so that another selection in the same address changes nothing of what hangs on it. */
  readonly #switches: string = $derived.by(() => this.workbench.address.only.join('\n'));
  /** Kinds that are switched off. */
  readonly off: ReadonlySet<Kind> = $derived.by(() => {
    const switches = this.#switches.split('\n');
    return new Set(KINDS.filter((kind) => switches.includes(without(kind))));
  });
  /** Told as sentences, not as a table. */
  readonly story: boolean = $derived.by(() => this.#switches.split('\n').includes(STORY));

  readonly #transcript: readonly TranscriptLine[] = $derived.by(() => (this.trace ? transcriptOf(this.trace) : []));
  readonly #branches: readonly TreeLine[] = $derived.by(() => (this.trace ? treeLines(this.trace) : []));
  readonly lines: readonly TranscriptLine[] = $derived.by(() => linesOf(this.#transcript, this.off));
  readonly tree: readonly TreeLine[] = $derived.by(() => branchesOf(this.#branches, this.off));
  /** Of the activities in the transcript, in order. */
  readonly ids: readonly string[] = $derived.by(() =>
    this.lines.flatMap((line) => (line.type === 'activity' ? [line.activity.id] : [])),
  );
  readonly whole: Span | undefined = $derived.by(() => this.trace && spanOf(this.trace));

  toggleKind(kind: Kind): void {
    this.#switch(new Set(KINDS.filter((one) => this.off.has(one) !== (one === kind))), this.story);
  }

  tell(story: boolean): void {
    this.#switch(this.off, story);
  }

  #switch(off: ReadonlySet<Kind>, story: boolean): void {
    this.workbench.router.go({ only: [...[...off].map(without), ...(story ? [STORY] : [])] }, 'replace');
  }
}
