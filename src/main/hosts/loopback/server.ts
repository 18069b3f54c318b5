import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BitlabError, toReport } from '../../../contract/index.ts';
import type { BitlabEvent, ErrorReport, Handlers } from '../../../contract/index.ts';
import { answerCall } from '../call-method.ts';
import { InterfaceFiles } from '../interface-files.ts';
import { securityHeaders } from '../security-headers.ts';
import { Access, requestedUrl } from './access.ts';
import { EventStream } from './event-stream.ts';
import { httpStatus } from './status.ts';
import type { Uploads } from './uploads.ts';

export interface LoopbackOptions {
  readonly handlers: Handlers;
  readonly subscribe: (listener: (event: BitlabEvent) => void) => () => void;
  readonly uploads: Uploads;
  /** The folder of the built interface. */
  readonly interfaceFolder: string;
  /** 0 or nothing for a free one. */
  readonly port?: number;
}

export interface Loopback {
  /** The address to open, with the token. */
  readonly address: string;
  readonly port: number;
  /** Ends the streams, waits for what is being answered, and cuts off what takes longer than two seconds. */
  close(): Promise<void>;
}

/** Larger than any call of the interface. */
const longestBodyBytes = 8 << 20;
const closingMs = 2000;

/**
 * Serves the notebook to a browser on this machine: `POST /api/<method>` with a JSON body, `GET /events` as a stream,
 * `POST /uploads?fileName=...`, and the files of the interface. Listens on 127.0.0.1 only; see Access for who may ask.
 * @throws BitlabError INTERFACE_MISSING, USAGE where the port is taken
 */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { handlers, uploads } = options;
  const files = new InterfaceFiles(options.interfaceFolder);
  const server = createServer();
  const port = await listening(server, options.port ?? 0);
  const access = new Access(port);
  const events = new EventStream(options.subscribe);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = access.judge(request);
    if (verdict.kind === 'refused') throw new BitlabError('ACCESS_DENIED', { reason: verdict.reason });
    if (verdict.kind === 'enter') return enter(response, verdict.cookie, verdict.fromOtherSite);
    const { pathname, searchParams } = requestedUrl(request)!;
    if (request.method === 'POST' && pathname.startsWith('/api/')) {
      const answer = await answerCall(handlers, pathname.slice('/api/'.length), await jsonBody(request));
      if ('error' in answer) return sendError(response, answer.error);
      return sendJson(response, 200, answer.value);
    }
    if (request.method === 'POST' && pathname === '/uploads') {
      const fileName = searchParams.get('fileName') ?? '';
      if (fileName === '' || fileName.length > 255)
        throw new BitlabError('REQUEST_INVALID', {
          method: 'uploads',
          reason: 'fileName is missing or too long'
        });
      return sendJson(response, 200, { upload: await uploads.receive(request, fileName) });
    }
    if (request.method === 'GET' && pathname === '/events') return events.connect(request, response);
    const file = request.method === 'GET' ? await files.read(pathname) : null;
    if (file === null)
      throw new BitlabError('METHOD_UNKNOWN', { method: `${request.method} ${pathname.slice(0, 100)}` });
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': file.mediaType,
      'content-length': file.bytes.length,
      'cache-control': file.immutable ? 'max-age=31536000, immutable' : 'no-cache'
    });
    response.end(file.bytes);
  }

  server.on('request', (request, response) => {
    handle(request, response).catch((thrown: unknown) => {
      if (response.headersSent) return void response.destroy();
      sendError(response, toReport(thrown));
      // What was refused before its body was read: a browser takes note of the answer only after it sent everything.
      request.resume();
    });
  });

  return {
    address: access.address,
    port,
    async close() {
      events.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), closingMs);
      await closed;
      clearTimeout(cut);
    }
  };
}

function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new BitlabError('USAGE', { reason: `Port ${port} cannot be used: ${error.message}` }))
    );
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Sets the cookie and goes on to `/`. A browser that followed a link from another site would not send a SameSite=Strict
 * cookie along a plain redirect, so there a page of our own makes the next step.
 */
function enter(response: ServerResponse, cookie: string, fromOtherSite: boolean): void {
  const headers = { ...securityHeaders, 'set-cookie': cookie, 'cache-control': 'no-store' };
  if (!fromOtherSite) return void response.writeHead(303, { ...headers, location: '/' }).end();
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Bitlab</title>');
}

/** @throws BitlabError REQUEST_INVALID */
async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const invalid = (reason: string) =>
    new BitlabError('REQUEST_INVALID', { method: (request.url ?? '').slice(0, 100), reason });
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json')
    throw invalid('its body is not application/json');
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > longestBodyBytes) throw invalid(`its body is longer than ${longestBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw invalid('its body is not JSON');
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store'
  });
  response.end(text);
}

function sendError(response: ServerResponse, error: ErrorReport): void {
  sendJson(response, httpStatus(error.code), { error });
}
