import { type Address, HOME, parseAddress, printAddress } from './address';

/** What decides which activities are in view. */
type Shown = Pick<Address, 'filter' | 'off' | 'scope' | 'interactive' | 'kinds' | 'from' | 'to'>;

const shownOf = ({ filter, off, scope, interactive, kinds, from, to }: Address): Shown => ({
  filter,
  off,
  scope,
  interactive,
  kinds,
  from,
  to,
});
const viewText = (a: Address): string => printAddress({ ...HOME, view: 'activity', ...shownOf(a) });
const isSame = (a: Address, b: Address): boolean => viewText(a) === viewText(b);

/** Changes that can be taken back. */
const MOST = 200;

/** The address as state. Steps that a person would go back over are pushed; corrections and selections replace. */
export class Router {
  address: Address = $state.raw(parseAddress(''));

  #past: readonly Shown[] = $state.raw([]);
  #future: readonly Shown[] = $state.raw([]);
  readonly canUndo: boolean = $derived.by(() => this.#past.length > 0);
  readonly canRedo: boolean = $derived.by(() => this.#future.length > 0);

  constructor(private readonly window: Pick<Window, 'location' | 'history' | 'addEventListener'>) {
    this.address = parseAddress(window.location.hash);
    window.addEventListener('hashchange', () => this.#read());
    window.addEventListener('popstate', () => this.#read());
  }

  go(change: Partial<Address>, how: 'push' | 'replace' = 'push'): void {
    const next = this.#after(change);
    const text = printAddress(next);
    if (text === printAddress(this.address) && this.window.location.hash === text) return;
    this.#keep(next);
    this.address = next;
    this.window.history[how === 'push' ? 'pushState' : 'replaceState'](null, '', text);
  }

  href(change: Partial<Address>): string {
    return printAddress(this.#after(change));
  }

  /** What was typed and switched in a view's list is its own: another view begins without. */
  #after(change: Partial<Address>): Address {
    const moves = change.view !== undefined && change.view !== this.address.view;
    return { ...this.address, ...(moves ? { find: HOME.find, only: HOME.only } : {}), ...change };
  }

  /** Takes the last change of what is in view back; the view in front, the zone and the columns stay. */
  undo(): void {
    const [last, past] = [this.#past.at(-1), this.#past.slice(0, -1)];
    if (!last) return;
    const future = [...this.#future, shownOf(this.address)];
    this.go(last);
    [this.#past, this.#future] = [past, future];
  }

  redo(): void {
    const [next, future] = [this.#future.at(-1), this.#future.slice(0, -1)];
    if (!next) return;
    const past = [...this.#past, shownOf(this.address)];
    this.go(next);
    [this.#past, this.#future] = [past, future];
  }

  /** Another case: what was in view of the last one cannot be brought back. */
  forget(): void {
    [this.#past, this.#future] = [[], []];
  }

  #keep(next: Address): void {
    if (isSame(next, this.address)) return;
    this.#past = [...this.#past.slice(1 - MOST), shownOf(this.address)];
    this.#future = [];
  }

  #read(): void {
    if (this.window.location.hash === printAddress(this.address)) return;
    const next = parseAddress(this.window.location.hash);
    this.#keep(next);
    this.address = next;
  }
}
