import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'out/main/electron.js');
const folder = mkdtempSync(join(tmpdir(), 'bitlab-electron-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly code: string;
}
interface Found {
  readonly [name: string]: unknown;
  readonly preferences: { readonly preload: string };
  readonly page: { status: number; headers: Record<string, string>; text: string };
  readonly models: { value: { name: string }[] };
  readonly beforeChoice: { error: Report };
  readonly afterChoice: { error: Report };
  readonly dropped: { error: Report }[];
  readonly events: [string, { type: string; kind: string }][];
}

// `npm test` builds first. Without a build there is nothing to try.
describe.skipIf(!existsSync(bundle))('the built desktop program, on a stand-in for Electron', () => {
  let found: Found;

  beforeAll(async () => {
    const child = spawn(
      process.execPath,
      [
        '--import',
        join(import.meta.dirname, 'electron/hooks.mjs'),
        join(import.meta.dirname, 'electron/drive.mjs'),
        bundle
      ],
      {
        env: {
          ...process.env,
          BITLAB_NOTEBOOK: join(folder, 'notebook'),
          STAND_IN_USER_DATA: folder,
          STAND_IN_CHOSEN: join(root, 'package.json')
        },
        stdio: ['ignore', 'pipe', 'pipe']
      }
    );
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(stderr).toBe('');
    found = JSON.parse(stdout) as Found;
  });

  test('opens its window on its own protocol, with the samples in the notebook', () => {
    expect(found).toMatchObject({ errors: [], address: 'app://bitlab/', shown: true });
    expect(found.models.value.map(({ name }) => name).sort()).toEqual([
      'resnet18-cross-entropy',
      'resnet18-label-smoothing',
      'resnet18-mse'
    ]);
  });

  test('opens as large as at first, and keeps how it is left', () => {
    expect(found['options']).toEqual({ width: 1280, height: 860, x: null });
    expect(found['zoomed']).toEqual([0, 1]);
    expect(JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 1, y: 2, width: 900, height: 700 },
      maximized: true,
      zoomLevel: 1,
      address: '#/runs?where=starred'
    });
  });

  test('shuts the window in', () => {
    expect(found.preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false
    });
    expect(found.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    expect(found.locked).toEqual([true, true, true]);
    expect(found.opened).toEqual({ action: 'deny' });
    expect(found.permissions).toEqual([false, false, false]);
    expect(found['granted']).toEqual([true, true]);
    expect(found.refusals).toEqual([true, true, true, true]);
  });

  test('serves the interface with its headers, and nothing else', () => {
    expect(found.page.status).toBe(200);
    expect(found.page.text).toContain('<title>Bitlab</title>');
    expect(found.page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(found.page.headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(found.outside).toEqual([404, 404, 404]);
  });

  test('answers calls with values or reports, and sends events', () => {
    expect(found.unknown).toMatchObject({ error: { code: 'METHOD_UNKNOWN' } });
    expect(found.invalid).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    expect(found.settings).toMatchObject({ value: { theme: 'dark' } });
    expect(found.events).toContainEqual(['bitlab:event', { type: 'changed', kind: 'settings' }]);
  });

  test('reads only files that the person gave', () => {
    expect(found.beforeChoice.error.code).toBe('FILE_NOT_ALLOWED');
    expect(found.noKind).toEqual([]);
    expect(found.choice).toEqual([join(root, 'package.json')]);
    expect(found.afterChoice.error.code).toBe('MODEL_NOT_ONNX');
    expect(found.dropped.map(({ error }) => error.code)).toEqual(['FILE_NOT_ALLOWED', 'MODEL_NOT_ONNX']);
  });

  test('has a preload script that is CommonJS and asks only for what a sandbox has', () => {
    const script = readFileSync(found.preferences.preload, 'utf8');
    expect([...script.matchAll(/require\(["']([^"']+)["']\)/g)].map((match) => match[1])).toEqual([
      'electron'
    ]);
    expect(script).toContain('exposeInMainWorld("bitlab"');
  });
});
