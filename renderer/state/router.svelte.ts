import { type Address, parseAddress, printAddress } from './address';

/** The address as state. Steps that a person would go back over are pushed; corrections and selections replace. */
export class Router {
  address: Address = $state.raw(parseAddress(''));

  constructor(private readonly window: Pick<Window, 'location' | 'history' | 'addEventListener'>) {
    this.address = parseAddress(window.location.hash);
    window.addEventListener('hashchange', () => this.#read());
    window.addEventListener('popstate', () => this.#read());
  }

  go(change: Partial<Address>, how: 'push' | 'replace' = 'push'): void {
    const next = { ...this.address, ...change };
    const text = printAddress(next);
    if (text === printAddress(this.address) && this.window.location.hash === text) return;
    this.address = next;
    this.window.history[how === 'push' ? 'pushState' : 'replaceState'](null, '', text);
  }

  href(change: Partial<Address>): string {
    return printAddress({ ...this.address, ...change });
  }

  #read(): void {
    if (this.window.location.hash !== printAddress(this.address)) this.address = parseAddress(this.window.location.hash);
  }
}
