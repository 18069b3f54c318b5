import { BitlabEvent, Changed } from '../../contract/index.ts';
import type { ConnectionListener, EventListener } from './client.ts';

const firstDelay = 500;
const longestDelay = 8000;

/**
 * The notebook's events over one EventSource, which is opened for the first listener and closed after the last.
 * When the stream comes back after it was lost, listeners are told that everything may have changed in between.
 */
export class EventStream {
  readonly #address: string;
  readonly #listeners = new Set<EventListener>();
  readonly #connectionListeners = new Set<ConnectionListener>();
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #delay = firstDelay;
  #connected = true;

  constructor(address: string) {
    this.#address = address;
  }

  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    if (this.#source === null && this.#retry === null) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  }

  onConnection(listener: ConnectionListener): () => void {
    this.#connectionListeners.add(listener);
    listener(this.#connected);
    return () => this.#connectionListeners.delete(listener);
  }

  #open(): void {
    this.#retry = null;
    const source = new EventSource(this.#address);
    this.#source = source;
    source.onopen = () => {
      this.#delay = firstDelay;
      if (this.#connected) return;
      this.#tell(true);
      for (const kind of Changed.shape.kind.options) this.#send({ type: 'changed', kind });
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const event = BitlabEvent.safeParse(JSON.parse(message.data));
      if (event.success) this.#send(event.data);
    };
    source.onerror = () => {
      source.close();
      this.#source = null;
      this.#tell(false);
      this.#retry = setTimeout(() => this.#open(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, longestDelay);
    };
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }

  #send(event: BitlabEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #tell(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    for (const listener of this.#connectionListeners) listener(connected);
  }
}
