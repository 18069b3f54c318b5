import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualSettings, type FileSource } from '../../src/contract/index.ts';
import { startLoopback } from '../../src/main/hosts/loopback/server.ts';
import type { Loopback } from '../../src/main/hosts/loopback/server.ts';
import { Uploads } from '../../src/main/hosts/loopback/uploads.ts';
import { smallNotebook } from './small-notebook.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-loopback-'));
const uploadLimit = 100_000;
let uploads: Uploads;
let host: Loopback;
let cookie = '';
let notebook: ReturnType<typeof smallNotebook>;

beforeAll(async () => {
  mkdirSync(join(folder, 'interface/assets'), { recursive: true });
  writeFileSync(join(folder, 'interface/index.html'), '<!doctype html><title>Bitlab</title>');
  writeFileSync(join(folder, 'interface/assets/index-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  uploads = new Uploads(uploadLimit);
  const pathOf = (source: FileSource) =>
    'upload' in source ? uploads.path(source.upload, source.fileName) : source.path;
  notebook = smallNotebook(pathOf);
  host = await startLoopback({
    handlers: notebook.handlers,
    subscribe: notebook.subscribe,
    uploads,
    interfaceFolder: join(folder, 'interface')
  });
  const entered = await ask('GET', new URL(host.address).pathname + new URL(host.address).search, {
    cookie: ''
  });
  cookie = entered.headers['set-cookie']![0]!.split(';')[0]!;
});

afterAll(async () => {
  await host.close();
  await uploads.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A request as the page of the host would send it; `headers` replace, and `undefined` leaves out. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string | undefined> = {},
  body?: string | Buffer
): Promise<Reply> {
  const origin = `http://127.0.0.1:${host.port}`;
  const sent = {
    host: `127.0.0.1:${host.port}`,
    cookie,
    ...(method === 'GET' ? {} : { origin, 'content-type': 'application/json' }),
    ...headers
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: host.port,
        method,
        path,
        headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined))
      },
      async (response) => {
        resolve({ status: response.statusCode!, headers: response.headers, body: await text(response) });
      }
    );
    request.on('error', reject);
    request.end(body);
  });
}

const call = (method: string, input: unknown, headers: Record<string, string | undefined> = {}) =>
  ask('POST', `/api/${method}`, headers, JSON.stringify(input));

describe('the token', () => {
  test('is exchanged for a cookie that scripts and other sites do not get', async () => {
    const url = new URL(host.address);
    expect(url.hostname).toBe('127.0.0.1');
    const token = url.searchParams.get('token')!;
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const { status, headers } = await ask('GET', `/?token=${token}`, { cookie: undefined });
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']![0]).toMatch(/^bitlab-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(headers['set-cookie']![0]).not.toContain(token);
  });

  test('that came by a link on another site is followed by a page of our own', async () => {
    const path = host.address.slice(host.address.indexOf('/?'));
    const { status, body } = await ask('GET', path, { cookie: undefined, 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(200);
    expect(body).toContain('url=/');
  });

  test('that is wrong, or missing, is refused everywhere', async () => {
    const token = new URL(host.address).searchParams.get('token')!;
    for (const path of [`/?token=${token.slice(1)}`, '/?token=', `/?token=${'A'.repeat(43)}`, '/', '/events'])
      expect(await ask('GET', path, { cookie: undefined })).toMatchObject({ status: 403 });
    expect(await call('settings.get', {}, { cookie: undefined })).toMatchObject({ status: 403 });
    expect(await call('settings.get', {}, { cookie: cookie.slice(0, -1) })).toMatchObject({ status: 403 });
    expect(await call('settings.get', {}, { cookie: `${cookie.split('=')[0]}=${token}` })).toMatchObject({
      status: 403
    });
    expect(await ask('POST', '/uploads?fileName=a', { cookie: undefined }, 'x')).toMatchObject({
      status: 403
    });
  });
});

describe('who asks', () => {
  test.each([
    ['another host name', { host: 'evil.example' }],
    ['a host name that resolves to this machine', { host: 'localhost.evil.example:80' }],
    ['another port in the host name', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['the same host, another port', { origin: 'http://127.0.0.1:1' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin', { origin: undefined }],
    ['a page of the same site', { 'sec-fetch-site': 'same-site' }]
  ])('%s is refused', async (_, headers) => {
    const reply = await call('settings.get', {}, headers);
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: 'ACCESS_DENIED' } });
  });

  test('the page itself, by both names of this machine, is answered', async () => {
    expect((await call('settings.get', {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    const localhost = { host: `localhost:${host.port}`, origin: `http://localhost:${host.port}` };
    expect((await call('settings.get', {}, localhost)).status).toBe(200);
  });

  test('an address of another host, as a proxy is sent it, is refused', async () => {
    expect((await ask('GET', 'http://evil.example/')).status).toBe(403);
    expect((await ask('GET', '*')).status).toBe(403);
  });

  test('reading across origins is refused too', async () => {
    expect((await ask('GET', '/', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('GET', '/', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});

describe('calls', () => {
  test('are answered, and errors are reports with a fitting status', async () => {
    const set = await call('settings.set', { theme: 'dark' });
    expect([set.status, JSON.parse(set.body)]).toEqual([200, { ...usualSettings, theme: 'dark' }]);
    expect(set.headers['content-type']).toBe('application/json');
    for (const [method, input, status, code] of [
      ['models.get', { id: 'x' }, 404, 'MODEL_NOT_FOUND'],
      ['models.get', {}, 400, 'REQUEST_INVALID'],
      ['models.list', {}, 500, 'INTERNAL'],
      ['nothing', {}, 404, 'METHOD_UNKNOWN']
    ] as const) {
      const reply = await call(method, input);
      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.body)).toMatchObject({ error: { code } });
    }
  });

  test('with a body that is not JSON, not declared as such, or endless, are refused', async () => {
    const send = (body: string, headers = {}) => ask('POST', '/api/settings.get', headers, body);
    expect(await send('{')).toMatchObject({ status: 400 });
    expect(await send('')).toMatchObject({ status: 400 });
    expect(await send('{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 400 });
    expect(await send(' '.repeat(9 << 20))).toMatchObject({ status: 400 });
    expect(await send('{}')).toMatchObject({ status: 200 });
  });

  test('with another verb are not found', async () => {
    expect((await ask('GET', '/api/settings.get')).status).toBe(404);
    expect((await ask('DELETE', '/uploads', {}, '')).status).toBe(404);
  });
});

describe('files of the interface', () => {
  test('come with their type and the security headers', async () => {
    const page = await ask('GET', '/');
    expect(page.body).toContain('<title>Bitlab</title>');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp'
    });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    const script = await ask('GET', '/assets/index-1a2b.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/%00',
    '//secret.txt',
    '/assets',
    '/assets/',
    '/secret.txt',
    '/\\secret.txt',
    '//127.0.0.1:x/'
  ])('%s leads nowhere', async (path) => {
    // Written to the socket as it stands: the HTTP client would tidy the path up.
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(host.port, '127.0.0.1', () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`
        )
      );
      text(socket).then(resolve, reject);
    });
    expect(reply).toMatch(/^HTTP\/1.1 404/);
    expect(reply).not.toContain('\r\n\r\nsecret');
  });
});

describe('uploads', () => {
  const stored = () => readdirSync(dirname(uploads.path(lastUpload, 'a')));
  let lastUpload = '';

  test('are kept until they are imported, and can be named in calls', async () => {
    const sent = await ask('POST', '/uploads?fileName=a.onnx', { 'content-type': undefined }, 'twelve bytes');
    expect(sent.status).toBe(200);
    lastUpload = (JSON.parse(sent.body) as { upload: string }).upload;
    expect(readFileSync(uploads.path(lastUpload, 'a.onnx'), 'utf8')).toBe('twelve bytes');
    const imported = await call('models.import', { source: { upload: lastUpload, fileName: 'a.onnx' } });
    expect(imported.status).toBe(422);
    expect(imported.body).toContain('it holds 12 letters');
  });

  test('that are too large are refused and leave nothing behind', async () => {
    const before = stored();
    const reply = await ask('POST', '/uploads?fileName=big', {}, Buffer.alloc(uploadLimit + 1));
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: 'UPLOAD_TOO_LARGE' } });
    expect((await ask('POST', '/uploads?fileName=fits', {}, Buffer.alloc(uploadLimit))).status).toBe(200);
    expect(stored()).toHaveLength(before.length + 1);
  });

  test('are still taken after the system emptied its temporary folder', async () => {
    const own = new Uploads(10);
    const first = await own.receive(Readable.from([Buffer.from('one')]), 'a');
    rmSync(dirname(own.path(first, 'a')), { recursive: true });
    const second = await own.receive(Readable.from([Buffer.from('two')]), 'b');
    expect(readFileSync(own.path(second, 'b'), 'utf8')).toBe('two');
    await own.close();
  });

  test('that break off leave nothing behind', async () => {
    const before = stored().length;
    await new Promise<void>((resolve) => {
      const socket = connect(host.port, '127.0.0.1', () => {
        socket.write(
          `POST /uploads?fileName=a HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nOrigin: http://127.0.0.1:${host.port}\r\n` +
            `Cookie: ${cookie}\r\nContent-Length: 50000\r\n\r\n${'x'.repeat(20_000)}`,
          () => setTimeout(() => socket.destroy(), 100)
        );
      });
      socket.on('close', () => resolve());
    });
    await expect.poll(() => stored().length).toBe(before);
  });

  test('without a name, and names that are no upload, are refused', async () => {
    expect((await ask('POST', '/uploads', {}, 'x')).status).toBe(400);
    expect((await ask('POST', `/uploads?fileName=${'x'.repeat(256)}`, {}, 'x')).status).toBe(400);
    for (const upload of ['../secret.txt', 'x'])
      expect(await call('models.import', { source: { upload, fileName: 'a' } })).toMatchObject({
        status: 404
      });
  });
});

test('events reach every page that listens, and a closed page is forgotten', async () => {
  const open = () =>
    new Promise<IncomingMessage>((resolve) =>
      httpRequest({ host: '127.0.0.1', port: host.port, path: '/events', headers: { cookie } }, resolve).end()
    );
  const pages = [await open(), await open()];
  expect(pages[0]!.headers['content-type']).toBe('text/event-stream');
  const next = (page: IncomingMessage) =>
    new Promise<string>((resolve) => {
      let received = '';
      page.on('data', (chunk: Buffer) => {
        received += chunk.toString();
        if (received.includes('data: ')) resolve(received);
      });
    });
  const both = pages.map(next);
  await call('settings.set', { theme: 'light' });
  for (const received of await Promise.all(both))
    expect(received).toContain('data: {"type":"changed","kind":"settings"}\n\n');
  pages[0]!.destroy();
  const third = next(pages[1]!);
  await call('settings.set', { theme: 'dark' });
  expect(await third).toContain('settings');
  pages[1]!.destroy();
});

test('closing ends the streams, frees the port and removes the uploads', async () => {
  const own = new Uploads(10);
  const other = smallNotebook(() => '');
  const second = await startLoopback({
    handlers: other.handlers,
    subscribe: other.subscribe,
    uploads: own,
    interfaceFolder: join(folder, 'interface')
  });
  const entered = await fetch(second.address, { redirect: 'manual' });
  const stream = await fetch(`http://127.0.0.1:${second.port}/events`, {
    headers: { cookie: entered.headers.get('set-cookie')!.split(';')[0]! }
  });
  expect(other.listeners()).toBe(1);
  await second.close();
  await own.close();
  expect(await stream.text()).toContain('retry');
  expect(other.listeners()).toBe(0);
  await expect(fetch(second.address)).rejects.toThrow();
  const again = await startLoopback({
    handlers: other.handlers,
    subscribe: other.subscribe,
    uploads: own,
    interfaceFolder: join(folder, 'interface'),
    port: second.port
  });
  await again.close();
});

test('a port that is taken, and an interface that was not built', async () => {
  const start = (port: number, interfaceFolder: string) =>
    startLoopback({
      handlers: notebook.handlers,
      subscribe: notebook.subscribe,
      uploads,
      interfaceFolder,
      port
    });
  await expect(start(host.port, join(folder, 'interface'))).rejects.toMatchObject({ code: 'USAGE' });
  await expect(start(0, join(folder, 'nothing'))).rejects.toMatchObject({ code: 'INTERFACE_MISSING' });
  expect(existsSync(join(folder, 'nothing'))).toBe(false);
});
