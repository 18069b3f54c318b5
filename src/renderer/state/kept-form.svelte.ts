import type { Kept } from './kept.ts';

/**
 * The texts of a form, kept while they are typed: closing the dialog or the window loses nothing. Make it while a component is set
 * up; `finish` when the form was sent or thrown away.
 */
export class KeptForm<T extends Readonly<Record<string, string>>> {
  readonly #kept: Kept;
  readonly #name: string;
  readonly #initial: T;
  #finished = false;
  values: { -readonly [K in keyof T]: string };
  /** Whether something that was typed earlier is back. */
  restored = $state(false);

  constructor(kept: Kept, name: string, initial: T) {
    this.#kept = kept;
    this.#name = name;
    this.#initial = initial;
    const earlier = kept.get(name);
    const known = isTexts(earlier) ? earlier : {};
    const texts = Object.fromEntries(
      Object.entries(initial).map(([key, text]) => [key, known[key] ?? text])
    ) as T;
    this.restored = !same(texts, initial);
    const values = $state({ ...texts });
    this.values = values;
    $effect(() => {
      const now = $state.snapshot(this.values) as T;
      if (!this.#finished) kept.set(name, same(now, initial) ? null : now);
    });
  }

  /** Puts the texts back to what they were without what was typed earlier. */
  startOver(): void {
    Object.assign(this.values, this.#initial);
    this.restored = false;
  }

  /** The form was sent, or thrown away on purpose. */
  finish(): void {
    this.#finished = true;
    this.#kept.set(this.#name, null);
  }
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

const same = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  Object.entries(a).every(([key, text]) => b[key] === text);
