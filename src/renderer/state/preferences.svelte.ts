import { MediaQuery } from 'svelte/reactivity';
import { usualSettings, type Settings } from '../../contract/index.ts';
import type { Client } from '../client/index.ts';

/** The notebook's settings, and the theme that follows from them. */
export class Preferences {
  readonly #client: Client;
  readonly #dark = new MediaQuery('(prefers-color-scheme: dark)');
  readonly #still = new MediaQuery('(prefers-reduced-motion: reduce)');
  readonly #strong = new MediaQuery('(prefers-contrast: more)');
  #settings = $state.raw<Settings>(usualSettings);

  constructor(client: Client) {
    this.#client = client;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** The theme that is drawn: the one chosen, or the system's. */
  get theme(): 'light' | 'dark' {
    const { theme } = this.#settings;
    return theme === 'system' ? (this.#dark.current ? 'dark' : 'light') : theme;
  }

  /** Whether nothing may move by itself. */
  get still(): boolean {
    return this.#settings.motion === 'reduced' || this.#still.current;
  }

  /** Whether lines and text stand out more. */
  get strong(): boolean {
    return this.#settings.contrast === 'more' || this.#strong.current;
  }

  /** Throws a BitlabError where the notebook does not answer. */
  async load(): Promise<void> {
    this.#settings = await this.#client.call('settings.get', {});
  }

  /** Stores what changes; throws a BitlabError, and then nothing changed. */
  async set(change: Partial<Settings>): Promise<void> {
    this.#settings = await this.#client.call('settings.set', change);
  }
}
