import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Changed, type BitlabEvent } from '../../src/contract/index.ts';
import { EventStream } from '../../src/renderer/client/event-stream.ts';

/** What the browser's EventSource would be told by the network, told by the test instead. */
class Source {
  static opened: Source[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly address: string;

  constructor(address: string) {
    this.address = address;
    Source.opened.push(this);
  }

  close(): void {
    this.closed = true;
  }
}

beforeEach(() => {
  Source.opened = [];
  vi.stubGlobal('EventSource', Source);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('one stream serves all listeners and closes after the last', () => {
  const stream = new EventStream('/events');
  const heard: string[] = [];
  const stopA = stream.onEvent((event) => heard.push(`a ${event.type}`));
  const stopB = stream.onEvent((event) => heard.push(`b ${event.type}`));
  expect(Source.opened.map(({ address }) => address)).toEqual(['/events']);
  const [source] = Source.opened;
  source!.onmessage!({ data: '{"type":"changed","kind":"runs"}' });
  source!.onmessage!({ data: '{"type":"of another version"}' });
  expect(heard).toEqual(['a changed', 'b changed']);
  stopA();
  expect(source!.closed).toBe(false);
  stopB();
  expect(source!.closed).toBe(true);
});

test('a lost stream is opened again, ever more patiently, and then everything counts as changed', () => {
  const stream = new EventStream('/events');
  const events: BitlabEvent[] = [];
  const connection: boolean[] = [];
  const stop = stream.onEvent((event) => events.push(event));
  stream.onConnection((connected) => connection.push(connected));
  Source.opened[0]!.onopen!();
  expect(events).toEqual([]);

  Source.opened[0]!.onerror!();
  expect(connection).toEqual([true, false]);
  vi.advanceTimersByTime(499);
  expect(Source.opened).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(Source.opened).toHaveLength(2);
  Source.opened[1]!.onerror!();
  vi.advanceTimersByTime(999);
  expect(Source.opened).toHaveLength(2);
  vi.advanceTimersByTime(1);
  Source.opened[2]!.onopen!();
  expect(connection).toEqual([true, false, true]);
  const kinds = events.map((event) => event.type === 'changed' && event.kind);
  expect(kinds).toEqual(Changed.shape.kind.options);

  Source.opened[2]!.onerror!();
  stop();
  vi.advanceTimersByTime(60_000);
  expect(Source.opened).toHaveLength(3);
});
