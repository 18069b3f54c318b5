import {
  BitlabEvent,
  type FileKind,
  type MethodInput,
  type MethodName,
  type MethodOutput
} from '../../contract/index.ts';
import { asBitlabError, errorFrom } from './answer.ts';
import type { Bridge, ZoomStep } from './bridge.ts';
import type { ChosenFile, Client, ConnectionListener, EventListener } from './client.ts';

/** The client of the desktop window: everything goes through the preload script. */
export class BridgeClient implements Client {
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  async call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    const answer = await this.#bridge.call(method, input).catch((thrown: unknown) => {
      throw asBitlabError(thrown);
    });
    if ('error' in answer) throw errorFrom(answer.error);
    return answer.value as MethodOutput<M>;
  }

  onEvent(listener: EventListener): () => void {
    return this.#bridge.onEvent((received) => {
      const event = BitlabEvent.safeParse(received);
      if (event.success) listener(event.data);
    });
  }

  onConnection(listener: ConnectionListener): () => void {
    listener(true);
    return () => {};
  }

  readonly zoom = (step: ZoomStep) => this.#bridge.zoom(step);

  async chooseFiles(kind: FileKind): Promise<readonly ChosenFile[]> {
    const paths = await this.#bridge.chooseFiles(kind);
    return paths.map((path) => ({
      fileName: path.split(/[\\/]/).at(-1) ?? path,
      source: async () => ({ path })
    }));
  }

  async chosenWithFolders(files: Iterable<File>): Promise<readonly ChosenFile[]> {
    return this.chosenFrom(files);
  }

  chosenFrom(files: Iterable<File>): readonly ChosenFile[] {
    return Array.from(files, (file) => ({
      fileName: file.name,
      source: async () => ({ path: this.#bridge.pathForFile(file) })
    }));
  }
}
