import type {
  BitlabError,
  BitlabEvent,
  MethodInput,
  MethodName,
  MethodOutput
} from '../../contract/index.ts';
import { asBitlabError } from '../client/index.ts';
import { useNotebook, type Notebook } from './notebook.svelte.ts';

export type Kind = Extract<BitlabEvent, { type: 'changed' }>['kind'];

export interface ResourceOptions<T> {
  /** Loads again when something of these kinds was added, renamed or removed. */
  readonly refreshOn?: readonly Kind[];
  /** Brings the value up to date from an event without asking again; returns the same value where it does not matter. */
  readonly update?: (value: T, event: BitlabEvent) => T;
}

/** What a method answers, kept fresh. While it loads again, the last value stays. */
export class Resource<T> {
  #value = $state.raw<T>();
  #error = $state.raw<BitlabError | null>(null);
  #loading = $state(true);
  #request = 0;
  readonly #load: () => Promise<T> | null;

  constructor(load: () => Promise<T> | null) {
    this.#load = load;
  }

  get value(): T | undefined {
    return this.#value;
  }

  get error(): BitlabError | null {
    return this.#error;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Asks again. Of several requests under way only the last counts. */
  async reload(): Promise<void> {
    const request = ++this.#request;
    const answer = this.#load();
    this.#loading = answer !== null;
    if (answer === null) return;
    try {
      const value = await answer;
      if (request !== this.#request) return;
      this.#value = value;
      this.#error = null;
    } catch (thrown) {
      if (request !== this.#request) return;
      this.#error = asBitlabError(thrown);
    }
    this.#loading = false;
  }

  /** Replaces the value, for instance by what a change returned. */
  set(value: T): void {
    this.#value = value;
  }

  clear(): void {
    this.#request++;
    this.#value = undefined;
    this.#error = null;
  }
}

/**
 * A resource that lives as long as the component that calls this while it is set up.
 * `input` is followed: when what it reads changes, the resource is asked for again; null means that there is nothing to ask.
 */
export function useResource<M extends MethodName>(
  method: M,
  input: () => MethodInput<M> | null,
  options: ResourceOptions<MethodOutput<M>> = {}
): Resource<MethodOutput<M>> {
  const notebook: Notebook = useNotebook();
  const key = $derived(JSON.stringify(input()));
  const resource = new Resource<MethodOutput<M>>(() => {
    const current = JSON.parse(key) as MethodInput<M> | null;
    return current === null ? null : notebook.call(method, current);
  });
  let loaded: string | undefined;
  $effect(() => {
    if (loaded !== undefined && loaded !== key) resource.clear();
    loaded = key;
    void resource.reload();
  });
  $effect(() => notebook.onEvent((event) => refresh(resource, event, options)));
  return resource;
}

function refresh<T>(resource: Resource<T>, event: BitlabEvent, options: ResourceOptions<T>): void {
  if (event.type === 'changed' && options.refreshOn?.includes(event.kind)) void resource.reload();
  else if (options.update !== undefined && resource.value !== undefined) {
    const updated = options.update(resource.value, event);
    if (updated !== resource.value) resource.set(updated);
  }
}
