/** What a key does in a part of the screen, for the list of shortcuts; keys that work everywhere are those of commands. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

export const partKeys: readonly Shortcut[] = [
  { keys: ['↑', '↓'], does: 'Move between the rows of a table' },
  { keys: ['Space'], does: 'Select the row (with Shift: up to here)' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['Mod+Enter'], does: 'Run the design' },
  { keys: ['p', 'n'], does: 'Previous and next layer, where one of a run is open' },
  { keys: ['Esc'], does: 'Close a dialog, or empty the filter' }
];
