import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * Flags for a browser that keeps to itself: it speaks to the notebook and to nobody else, and it starts as root and without
 * a graphics card, as on build machines.
 */
export const launchFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
] as const;

export const howToGetOne =
  'No Chromium or Chrome was found: install one (on Debian: apt-get install chromium) or name it with CHROMIUM=/path/to/it.';

interface Machine {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

const thisMachine: Machine = { platform: process.platform, environment: process.env, exists: existsSync };

/**
 * The executable of Chromium, Chrome or Edge: what CHROMIUM names, else what lies at the usual places; null where none does.
 * @throws Error where CHROMIUM names a file that does not exist
 */
export function findChromium(machine: Machine = thisMachine): string | null {
  const chosen = machine.environment['CHROMIUM'] ?? '';
  if (chosen !== '') {
    if (!machine.exists(chosen)) throw new Error(`CHROMIUM names ${chosen}, which does not exist.`);
    return chosen;
  }
  return usualPlaces(machine).find(machine.exists) ?? null;
}

function usualPlaces({ platform, environment }: Machine): string[] {
  if (platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`
    );
  if (platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap(
      (name) => environment[name] ?? []
    );
    const programs = ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe'];
    const edge = 'Microsoft/Edge/Application/msedge.exe';
    return [...programs, edge].flatMap((program) => roots.map((root) => win32.join(root, program)));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin'];
  return [
    ...names.flatMap((name) => folders.map((folder) => posix.join(folder, name))),
    '/opt/google/chrome/chrome'
  ];
}
