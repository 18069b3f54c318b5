import { expect, test } from 'vitest';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

async function completions() {
  const { call, queue } = await preparedBench();
  const { id } = await call('experiments.run', { file: experimentFile({ name: 'Few bits' }) });
  await queue.idle();
  const [run] = await call('runs.list', { experimentId: id });
  await call('runs.annotate', { id: run!.id, tags: ['camera-ready', 'two words'] });
  /** At the bar, as if it were the caret. */
  return async (marked: string) => {
    const caret = marked.indexOf('|');
    const text = marked.replace('|', '');
    const { from, to, options, problem } = await call('runs.complete', { text, caret });
    return { replaces: text.slice(from, to), texts: options.map((option) => option.text), problem };
  };
}

test('what can stand at the caret is what the grammar asks for there', async () => {
  const at = await completions();
  expect((await at('weights.b|')).texts[0]).toBe('weights.bits');
  expect((await at('|')).texts).toEqual(
    expect.arrayContaining(['model', 'top1', 'weights.bits', 'not', 'tag:camera-ready'])
  );
  expect((await at('top1 |')).texts).toEqual(['=', '!=', '<', '<=', '>', '>=']);
  expect((await at('model |')).texts).toContain('~');
  expect((await at('model = |')).texts).toEqual(['net-a', 'net-b']);
  expect((await at('weights.bits <= |')).texts).toEqual(['2', '4', '8']);
  expect((await at('weights.narrow = |')).texts).toEqual(['true', 'false']);
  expect((await at('weights.bits = 4 |')).texts).toEqual(['and', 'or']);
  expect((await at('(weights.bits = 4) |')).texts).toEqual(['and', 'or']);
  expect((await at('weights.bits = 4 and sta|')).texts.slice(0, 3)).toEqual(['status', 'started', 'starred']);
  expect((await at('tag:|')).texts).toEqual(['tag:camera-ready', 'tag:"two words"']);
  expect((await at('top1 > |')).texts).toEqual([]);
  expect((await at('top1 model |')).texts).toEqual([]);
});

test('an option takes the place of the word at the caret, whole', async () => {
  const at = await completions();
  expect((await at('mod|el = net-a')).replaces).toBe('model');
  expect((await at('model = net|-a and top1 > 0')).replaces).toBe('net-a');
  expect((await at('weights.bits <|= 4')).replaces).toBe('<=');
  expect((await at('model = "net|')).replaces).toBe('"net');
  expect((await at('model = "net|')).texts).toEqual(['net-a', 'net-b']);
});

test('what is wrong is said with its characters', async () => {
  const at = await completions();
  expect((await at('model = net-a and weights.bitz < 4|')).problem).toMatchObject({
    at: 18,
    end: 30,
    reason: expect.stringContaining('weights.bits') as string
  });
  expect((await at('model = net-a|')).problem).toBeNull();
  expect((await at('|')).problem).toBeNull();
});
