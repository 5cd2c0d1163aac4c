/**
 * Who may talk to the server: a browser that was given the printed address. Its key is good once and is traded for a cookie; a name
 * other than ours (DNS rebinding) and a page other than ours (Origin) are refused.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const same = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

export class Access {
  readonly key = randomBytes(32).toString('hex');
  private readonly secret = randomBytes(32).toString('hex');
  private keyIsGood = true;

  constructor(private readonly port: number) {}

  /** The host that the request names, if it is one of ours. */
  hostOf({ headers }: IncomingMessage): string | undefined {
    return [`127.0.0.1:${this.port}`, `localhost:${this.port}`].find((host) => host === headers.host);
  }

  /** The cookie's name has the port: two servers on one host share their cookies. */
  private get cookie(): string {
    return `exhibit-${this.port}`;
  }

  /** The `Set-Cookie` value for the key, once. */
  trade(key: string): string | undefined {
    if (!this.keyIsGood || !same(key, this.key)) return undefined;
    this.keyIsGood = false;
    return `${this.cookie}=${this.secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  hasCookie({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    return cookies.some((pair) => pair.startsWith(`${this.cookie}=`) && same(pair.slice(this.cookie.length + 1), this.secret));
  }

  /** For what changes something: the page that asks must be ours. */
  isOurPage(request: IncomingMessage): boolean {
    const host = this.hostOf(request);
    return host !== undefined && request.headers.origin === `http://${host}`;
  }
}
