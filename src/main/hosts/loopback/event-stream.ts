import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BitlabEvent } from '../../../contract/index.ts';
import { securityHeaders } from '../security-headers.ts';

const keepAliveMs = 15_000;
/** A page that falls behind by this much is cut off; it connects again and asks for everything anew. */
const mostUnsentBytes = 4 << 20;

/** Sends the notebook's events to every page that listens, as server-sent events. */
export class EventStream {
  readonly #open = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(subscribe: (listener: (event: BitlabEvent) => void) => () => void) {
    this.#unsubscribe = subscribe((event) => this.#send(`data: ${JSON.stringify(event)}\n\n`));
    this.#keepAlive = setInterval(() => this.#send(': still here\n\n'), keepAliveMs);
    this.#keepAlive.unref();
  }

  connect(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store'
    });
    response.write('retry: 1000\n\n');
    this.#open.add(response);
    request.on('close', () => this.#open.delete(response));
  }

  close(): void {
    clearInterval(this.#keepAlive);
    this.#unsubscribe();
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  #send(text: string): void {
    for (const response of this.#open) {
      if (response.writableLength > mostUnsentBytes) response.destroy();
      else response.write(text);
    }
  }
}
