import {
  BitlabError,
  usualSettings,
  type MethodInput,
  type MethodName,
  type MethodOutput,
  type Settings
} from '../../contract/index.ts';
import type { Client } from '../client/index.ts';

/** A client without a host: it knows which theme to draw in, and nothing else. */
export class ThemedClient implements Client {
  readonly #theme: Settings['theme'];

  constructor(theme: Settings['theme']) {
    this.#theme = theme;
  }

  async call<M extends MethodName>(method: M, _input: MethodInput<M>): Promise<MethodOutput<M>> {
    if (method !== 'settings.get') throw new BitlabError('HOST_UNREACHABLE');
    return { ...usualSettings, theme: this.#theme } as MethodOutput<M>;
  }

  onEvent(): () => void {
    return () => {};
  }

  onConnection(): () => void {
    return () => {};
  }

  readonly zoom = null;

  async chooseFiles(): Promise<readonly []> {
    return [];
  }

  async chosenWithFolders(): Promise<readonly []> {
    return [];
  }

  chosenFrom(): readonly [] {
    return [];
  }
}
