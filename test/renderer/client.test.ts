import { afterEach, describe, expect, test, vi } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { BridgeClient } from '../../src/renderer/client/bridge-client.ts';
import type { Answer } from '../../src/renderer/client/bridge.ts';
import { HttpClient } from '../../src/renderer/client/http-client.ts';

afterEach(() => vi.unstubAllGlobals());

const refusal = new BitlabError('MODEL_EMPTY', { file: 'a.onnx' }).report();
const answering = (status: number, body: unknown) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => Response.json(body, { status }))
  );

describe('over HTTP', () => {
  test('a call is a post whose body is the input', async () => {
    answering(200, []);
    await expect(new HttpClient().call('models.list', {})).resolves.toEqual([]);
    const [address, init] = vi.mocked(fetch).mock.calls[0]!;
    expect(address).toBe('/api/models.list');
    expect(init).toMatchObject({ method: 'POST', body: '{}' });
  });

  test('what the host refuses keeps its code, sentence and remedy', async () => {
    answering(400, { error: refusal });
    const error = await new HttpClient().call('models.list', {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BitlabError);
    expect((error as BitlabError).report()).toEqual(refusal);
  });

  test('a code of another version keeps its sentence', async () => {
    answering(400, { error: { ...refusal, code: 'FROM_THE_FUTURE', sentence: 'New trouble' } });
    await expect(new HttpClient().call('models.list', {})).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Something went wrong inside Bitlab: New trouble.'
    });
  });

  test('no answer, and an answer that is no report', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(new HttpClient().call('models.list', {})).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE'
    });
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    await expect(new HttpClient().call('models.list', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a file is uploaded when its source is asked for', async () => {
    answering(200, { upload: 'upl_1' });
    const [file] = new HttpClient().chosenFrom([new File(['x'], 'a b.onnx')]);
    expect(fetch).not.toHaveBeenCalled();
    await expect(file!.source()).resolves.toEqual({ upload: 'upl_1', fileName: 'a b.onnx' });
    expect(vi.mocked(fetch).mock.calls[0]![0]).toBe('/uploads?fileName=a%20b.onnx');
  });
});

describe('over the desktop bridge', () => {
  const bridge = (answer: Promise<Answer>) =>
    new BridgeClient({
      call: () => answer,
      onEvent: (listener) => {
        listener({ type: 'changed', kind: 'models' });
        listener({ type: 'unknown' });
        return () => {};
      },
      zoom: () => {},
      chooseFiles: async () => ['/home/a/b.onnx', 'C:\\nets\\c.onnx'],
      pathForFile: (file) => `/dropped/${file.name}`
    });

  test('values come through, errors are thrown, and so is a bridge that breaks', async () => {
    await expect(bridge(Promise.resolve({ value: [] })).call('models.list', {})).resolves.toEqual([]);
    await expect(bridge(Promise.resolve({ error: refusal })).call('models.list', {})).rejects.toMatchObject({
      code: 'MODEL_EMPTY'
    });
    await expect(bridge(Promise.reject(new Error('gone'))).call('models.list', {})).rejects.toMatchObject({
      code: 'INTERNAL'
    });
  });

  test('files are paths', async () => {
    const client = bridge(Promise.resolve({ value: null }));
    const chosen = await client.chooseFiles('model');
    expect(chosen.map(({ fileName }) => fileName)).toEqual(['b.onnx', 'c.onnx']);
    await expect(chosen[1]!.source()).resolves.toEqual({ path: 'C:\\nets\\c.onnx' });
    const [dropped] = client.chosenFrom([new File([''], 'd.npz')]);
    await expect(dropped!.source()).resolves.toEqual({ path: '/dropped/d.npz' });
  });

  test('events that are not understood are left out', () => {
    const heard: string[] = [];
    bridge(Promise.resolve({ value: null })).onEvent((event) => heard.push(event.type));
    expect(heard).toEqual(['changed']);
  });
});
