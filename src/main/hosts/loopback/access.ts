import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What is done with a request before anything looks at what it asks for. */
export type Verdict =
  | { readonly kind: 'allowed' }
  /** The token is right: set the cookie and send the browser to the address without the token. */
  | { readonly kind: 'enter'; readonly cookie: string; readonly fromOtherSite: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

const refused = (reason: string): Verdict => ({ kind: 'refused', reason });

/**
 * Who may talk to the loopback host: the browser that was given the token, on the address that was printed, from pages
 * of this host. The token (256 bits) is exchanged for a cookie of its own, so that it does not stay in the history.
 * The Host header is compared because a foreign name can be made to resolve to 127.0.0.1, the Origin and Sec-Fetch-Site
 * headers because every page in the browser can send requests here.
 */
export class Access {
  readonly token = randomBytes(32).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** The address to open, with the token. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.token}`;
  }

  judge(request: IncomingMessage): Verdict {
    const { host, origin } = request.headers;
    if (host !== `127.0.0.1:${this.#port}` && host !== `localhost:${this.#port}`)
      return refused('it was sent to another host name');
    if (origin !== undefined && origin !== `http://${host}`) return refused('it comes from another page');
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && origin === undefined) return refused('it does not say which page it comes from');

    const url = requestedUrl(request);
    if (url === null) return refused('its address is not one of this host');
    const token = url.searchParams.get('token');
    const site = request.headers['sec-fetch-site'];
    if (request.method === 'GET' && url.pathname === '/' && token !== null) {
      if (!equal(token, this.token)) return refused('the token is wrong');
      return { kind: 'enter', cookie: this.#cookie(), fromOtherSite: site !== undefined && site !== 'none' };
    }

    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return refused('it comes from another page');
    const session = cookies(request.headers.cookie).get(this.#cookieName);
    if (session === undefined || !equal(session, this.#session)) return refused('the token is missing');
    return { kind: 'allowed' };
  }

  /** Browsers share cookies between the ports of a host; the port in the name keeps two notebooks apart. */
  get #cookieName(): string {
    return `bitlab-${this.#port}`;
  }

  #cookie(): string {
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** What a request asks for, or null where that is not a path (as a proxy would be sent). */
export function requestedUrl(request: IncomingMessage): URL | null {
  const path = request.url ?? '';
  return path.startsWith('/') ? URL.parse(`http://127.0.0.1${path}`) : null;
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookies(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => {
    const [name = '', ...value] = pair.trim().split('=');
    return [name, value.join('=')] as const;
  });
  return new Map(pairs);
}
