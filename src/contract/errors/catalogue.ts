/** One entry of the error catalogue. `{name}` in the texts is replaced by the detail of that name. */
export interface ErrorEntry {
  /** What happened, one plain sentence. */
  readonly sentence: string;
  /** What the person can do about it, one plain sentence. */
  readonly remedy: string;
  /** The command line's exit code: 1 something failed, 2 wrong usage. */
  readonly exit: 1 | 2;
}

/** Keeps the literal codes of a catalogue part in its type. */
export function catalogue<const Part extends Record<string, ErrorEntry>>(part: Part): Part {
  return part;
}
