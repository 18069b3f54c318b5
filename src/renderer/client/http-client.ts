import {
  BitlabError,
  type FileKind,
  type FileSource,
  type MethodInput,
  type MethodName,
  type MethodOutput
} from '../../contract/index.ts';
import { errorFrom, isReport } from './answer.ts';
import { chooseInBrowser } from './choose-in-browser.ts';
import type { ChosenFile, Client, ConnectionListener, EventListener } from './client.ts';
import { EventStream } from './event-stream.ts';
import { filesWithin } from './files-within.ts';

/** The client of the browser: calls are posts to the loopback host, events come as a stream, files are uploaded. */
export class HttpClient implements Client {
  readonly #events = new EventStream('/events');

  readonly zoom = null;

  async call<M extends MethodName>(
    method: M,
    input: MethodInput<M>,
    { leaving = false } = {}
  ): Promise<MethodOutput<M>> {
    const body = JSON.stringify(input);
    const answer = await request(`/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // A browser carries at most 64 KiB for a page that is gone.
      keepalive: leaving && body.length < 60_000
    });
    return answer as MethodOutput<M>;
  }

  onEvent(listener: EventListener): () => void {
    return this.#events.onEvent(listener);
  }

  onConnection(listener: ConnectionListener): () => void {
    return this.#events.onConnection(listener);
  }

  async chooseFiles(kind: FileKind): Promise<readonly ChosenFile[]> {
    return this.chosenFrom(await chooseInBrowser(kind));
  }

  chosenFrom(files: Iterable<File>): readonly ChosenFile[] {
    return Array.from(files, (file) => chosen(file, file.webkitRelativePath || file.name));
  }

  async chosenWithFolders(
    files: Iterable<File>,
    entries: readonly FileSystemEntry[]
  ): Promise<readonly ChosenFile[]> {
    if (!entries.some((entry) => entry.isDirectory)) return this.chosenFrom(files);
    return (await filesWithin(entries)).map(({ file, path }) => chosen(file, path));
  }
}

const chosen = (file: File, fileName: string): ChosenFile => ({
  fileName,
  source: () => upload(file, fileName)
});

async function upload(file: File, fileName: string): Promise<FileSource> {
  const answer = await request(`/uploads?fileName=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file
  });
  return { upload: (answer as { upload: string }).upload, fileName };
}

/** Sends a request to the host that served this page; what it refuses is thrown as a BitlabError. */
async function request(address: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: 'same-origin', ...init });
  } catch (cause) {
    throw new BitlabError('HOST_UNREACHABLE', {}, { cause });
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const report = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : answer;
  if (isReport(report)) throw errorFrom(report);
  throw new BitlabError('INTERNAL', { reason: `the host answered ${response.status}` });
}
