import { untrack } from 'svelte';

/** Something that a person can have done by name or by keys. */
export interface Command {
  readonly id: string;
  /** As the palette and the list of shortcuts say it: `Import models …`. */
  readonly title: string;
  /** Other words that it is found by. */
  readonly words?: string;
  /** Keys, pressed one after the other: `['g', 'r']`, `['Mod+k']`. Mod is Ctrl, and ⌘ on a Mac. */
  readonly keys?: readonly string[];
  /** Whether the keys also count where text is typed. */
  readonly whileTyping?: boolean;
  /** Left out of the palette, for what only makes sense by its keys. */
  readonly keysOnly?: boolean;
  readonly run: () => unknown;
}

/** What lies over the screen at the demand of a command. */
export type Overlay = 'palette' | 'shortcuts';

/** The one list of commands: the palette shows them, the list of shortcuts names their keys, the key handler follows them. */
export class Commands {
  #lists = $state.raw<readonly (readonly Command[])[]>([]);
  overlay = $state<Overlay | null>(null);

  get all(): readonly Command[] {
    return this.#lists.flat();
  }

  /** Adds commands, such as those of the screen that is shown; returns the function that takes them away. */
  add(commands: readonly Command[]): () => void {
    // Whoever adds some does not follow what others add.
    this.#lists = [...untrack(() => this.#lists), commands];
    return () => (this.#lists = untrack(() => this.#lists).filter((list) => list !== commands));
  }

  /** Those whose keys begin with these. */
  startingWith(keys: readonly string[]): readonly Command[] {
    return this.all.filter((command) => keys.every((key, at) => command.keys?.[at] === key));
  }
}

/** The key of an event as commands write it: `k`, `?`, `Mod+k`, `Mod+Shift+z`. */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>
): string {
  const modified = event.ctrlKey || event.metaKey;
  if (!modified && !event.altKey) return event.key;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = /^[a-z]$/.test(key);
  return [
    modified ? 'Mod+' : '',
    event.altKey ? 'Alt+' : '',
    // What Shift makes of other keys is in their name already.
    event.shiftKey && isLetter ? 'Shift+' : '',
    key
  ].join('');
}

/** Keys as they are printed on a keyboard: `['Ctrl', 'K']`, or `['⌘', 'K']` on a Mac. */
export function keyCaps(key: string, onMac: boolean): readonly string[] {
  const names: Readonly<Record<string, string>> = onMac
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
    : { Mod: 'Ctrl' };
  const parts = key.length > 1 ? key.replace(/\+\+$/, '+Plus').split('+') : [key];
  return parts.map(
    (part) => names[part] ?? (parts.length > 1 && part.length === 1 ? part.toUpperCase() : part)
  );
}
