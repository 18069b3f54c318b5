import type { Kept } from './kept.ts';

const limit = 40;
const name = 'recently-used';

/** What the palette was used for, the latest first, by the keys of its entries. */
export class RecentlyUsed {
  readonly #kept: Kept;
  #entries = $state.raw<readonly RecentEntry[]>([]);

  constructor(kept: Kept) {
    this.#kept = kept;
    void kept.ready.then(() => {
      const earlier = kept.get(name);
      if (Array.isArray(earlier))
        this.#entries = [...this.#entries, ...(earlier as readonly unknown[]).filter(isEntry)];
    });
  }

  get entries(): readonly RecentEntry[] {
    return this.#entries;
  }

  use({ key, title, kind, href }: RecentEntry): void {
    const others = this.#entries.filter((entry) => entry.key !== key);
    this.#entries = [{ key, title, kind, href }, ...others].slice(0, limit);
    this.#kept.set(
      name,
      this.#entries.map((entry) => ({ ...entry }))
    );
  }
}

/** An entry of the palette as it is remembered: what leads somewhere has an address, commands have none. */
export interface RecentEntry {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  readonly href: string | null;
}

function isEntry(value: unknown): value is RecentEntry {
  const { key, title, kind, href } = (value ?? {}) as Record<string, unknown>;
  return (
    [key, title, kind].every((text) => typeof text === 'string') &&
    (href === null || typeof href === 'string')
  );
}
