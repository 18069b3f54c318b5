import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { answerCall, callMethod } from '../../src/main/hosts/call-method.ts';
import { smallNotebook } from './small-notebook.ts';

const { handlers } = smallNotebook(() => '/nowhere');

test('defaults are filled in before a handler sees its input', async () => {
  const file = { name: 'a', models: ['m'], data: { evaluate: 'd' } };
  const { yaml } = await callMethod(handlers, 'experiments.format', { file });
  expect(JSON.parse(yaml)).toMatchObject({ seeds: [0], baseline: true, data: { calibrationSamples: 512 } });
});

test('input that the contract does not know is refused with its place', async () => {
  const answer = await answerCall(handlers, 'settings.set', { theme: 'pink' });
  expect(answer).toMatchObject({ error: { code: 'REQUEST_INVALID', details: { method: 'settings.set' } } });
  expect(JSON.stringify(answer)).toContain('theme');
  for (const input of [null, undefined, 7, 'text', [], { unknown: 1 }])
    expect(await answerCall(handlers, 'settings.set', input)).toMatchObject({
      error: { code: 'REQUEST_INVALID' }
    });
});

test('unknown methods, also those that every object has', async () => {
  for (const method of ['models', 'toString', '__proto__', 'constructor', ''])
    expect(await answerCall(handlers, method, {})).toMatchObject({ error: { code: 'METHOD_UNKNOWN' } });
  expect(await answerCall(handlers, 'modles.list', {})).toMatchObject({
    error: { sentence: 'There is no method modles.list (did you mean models.list?).' }
  });
});

test('errors keep their code and remedy, and faults of the program become INTERNAL', async () => {
  expect(await answerCall(handlers, 'models.get', { id: 'x' })).toEqual({
    error: new BitlabError('MODEL_NOT_FOUND', { name: 'x', suggestion: 'List them.' }).report()
  });
  expect(await answerCall(handlers, 'models.list', {})).toMatchObject({ error: { code: 'INTERNAL' } });
});
