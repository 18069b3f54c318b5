/** The screens, in the order of the rail; measurements are reached from the data. `experiments` and `runs` and the like also show one of theirs: `#/runs/ID`. */
export const screens = [
  'overview',
  'models',
  'data',
  'measurements',
  'design',
  'sensitivity',
  'experiments',
  'runs',
  'compare',
  'accelerator',
  'settings'
] as const;

export type Screen = (typeof screens)[number];

/** What the address after `#` says. */
export interface Route {
  readonly screen: Screen;
  /** The one model, data set, experiment or run that is shown; null for the screen itself. */
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
  /** The name of a screen that there is not, where the address has one. */
  readonly unknown?: string;
}

const withDetails: readonly Screen[] = [
  'models',
  'data',
  'measurements',
  'sensitivity',
  'experiments',
  'runs'
];

/** Reads `#/runs/ID?tab=layers`; whatever is not a known address is the overview, and says so. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [name = '', id = ''] = path.split('/');
  const screen = screens.find((known) => known === name) ?? 'overview';
  return {
    screen,
    id: withDetails.includes(screen) && id !== '' ? decoded(id) : null,
    query: Object.fromEntries(new URLSearchParams(search)),
    ...(name !== '' && !(screens as readonly string[]).includes(name) && { unknown: decoded(name) })
  };
}

/** The address of a screen, of one of its entities, or of it with settings: `#/compare?ids=a,b`. */
export function href(screen: Screen, id: string | null = null, query: Record<string, string> = {}): string {
  const path = id === null ? screen : `${screen}/${encodeURIComponent(id)}`;
  const search = new URLSearchParams(query).toString().replaceAll('%2C', ',');
  return search === '' ? `#/${path}` : `#/${path}?${search}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
