import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** Long enough for 120 MB over a slow line; a download that stands still ends then as well. */
const downloadMs = 5 * 60_000;
/** Where nothing answers at the place of the download within this time, it is out of reach. */
const answerMs = 6000;
/** An Electron that ends with an error this soon could not open its window. */
const openingMs = 15_000;

/**
 * Opens the window and waits until it is closed; this process then ends as Electron does.
 * @returns {Promise<string | null>} why there is no window, or null where there was one
 */
export async function openWindow() {
  const obstacle = noDisplay();
  if (obstacle !== null) return obstacle;
  const binary = installedBinary() ?? (await download());
  if (binary === null) return 'The desktop window needs Electron, which could not be downloaded';
  return run(binary);
}

function noDisplay() {
  if (process.platform !== 'linux') return null;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!DISPLAY && !WAYLAND_DISPLAY) return 'There is no display here';
  if (process.getuid() === 0) return 'Electron does not open windows for root';
  return null;
}

/** The binary's path as the electron package notes it after a download, or null. */
function installedBinary() {
  const note = join(electron, 'path.txt');
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electron, 'dist');
  if (!existsSync(note) && process.env.ELECTRON_OVERRIDE_DIST_PATH === undefined) return null;
  const binary = join(folder, existsSync(note) ? readFileSync(note, 'utf8') : 'electron');
  return existsSync(binary) ? binary : null;
}

/** Downloads Electron, or gives up soon where the place cannot be reached. A cached download needs no place. */
async function download() {
  const child = spawn(process.execPath, [join(electron, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe']
  });
  child.stderr.resume();
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const give = (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'late').unref());
  const answers = reachable();
  if ((await Promise.race([ended, give(answerMs)])) === 'late') {
    if (await answers) {
      console.error(
        'Downloading Electron for the desktop window; this is done once (npm start -- --browser does without).'
      );
      await Promise.race([ended, give(downloadMs)]);
    }
    child.kill('SIGKILL');
  }
  return installedBinary();
}

/** Whether the place that Electron comes from answers. Behind a proxy only the download itself can tell. */
async function reachable() {
  const {
    ELECTRON_MIRROR,
    npm_config_electron_mirror: mirror,
    HTTPS_PROXY,
    https_proxy: proxy
  } = process.env;
  if (HTTPS_PROXY || proxy) return true;
  const place = ELECTRON_MIRROR || mirror || 'https://github.com/electron/electron/';
  return fetch(place, { method: 'HEAD', signal: AbortSignal.timeout(answerMs) }).then(
    () => true,
    () => false
  );
}

function run(binary) {
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env;
  const started = Date.now();
  const child = spawn(binary, [root], { stdio: 'inherit', env: environment });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`Electron cannot be started (${error.message})`));
    child.on('exit', (code) => {
      if (code !== 0 && Date.now() - started < openingMs)
        return resolve(`Electron could not open its window (exit code ${code})`);
      process.exitCode = code ?? 1;
      resolve(null);
    });
  });
}
