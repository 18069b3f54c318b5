/** What a key does, for the list of shortcuts. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** The keys that work everywhere; those that lead to screens are pressed after `g`. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['g', 'o'], does: 'Overview' },
  { keys: ['g', 'm'], does: 'Models' },
  { keys: ['g', 'd'], does: 'Data' },
  { keys: ['g', 'n'], does: 'Design a new experiment' },
  { keys: ['g', 'e'], does: 'Experiments' },
  { keys: ['g', 'r'], does: 'Runs' },
  { keys: ['g', 'c'], does: 'Compare' },
  { keys: ['g', 's'], does: 'Settings' },
  { keys: ['/'], does: 'Filter the table of the screen' },
  { keys: ['↑', '↓'], does: 'Move between the rows of a table' },
  { keys: ['Space'], does: 'Select the row (with Shift: up to here)' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['p', 'n'], does: 'Previous and next layer, where one of a run is open' },
  { keys: ['Esc'], does: 'Close a dialog, or empty the filter' },
  { keys: ['?'], does: 'Show this list' }
];
