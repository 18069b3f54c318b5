import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  boundsOn,
  keepWindowState,
  readWindowState,
  zoomAfter,
  type WindowState
} from '../../src/main/hosts/electron/window-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const first: WindowState = { bounds: null, maximized: false, zoomLevel: 0, address: '' };

test('a window is as it was left', () => {
  const file = join(folder, 'window.json');
  expect(readWindowState(file)).toEqual(first);
  const left: WindowState = {
    bounds: { x: -1200, y: 30, width: 900, height: 700 },
    maximized: true,
    zoomLevel: 2,
    address: '#/runs?where=top1+%3E+0.9'
  };
  keepWindowState(file, left);
  expect(readWindowState(file)).toEqual(left);
});

test.each([
  ['cut short', '{"bounds":', first],
  ['of an older version', '{"x":1,"y":2,"width":900,"height":700}', first],
  ['too small', '{"bounds":{"x":1,"y":2,"width":90,"height":70}}', first],
  ['zoomed beyond reason', '{"zoomLevel":99}', { ...first, zoomLevel: 6 }],
  ['with an address of elsewhere', '{"address":"https://evil.example"}', first]
])('a file that is %s is read as far as it makes sense', (_, text, state) => {
  const file = join(folder, 'odd.json');
  writeFileSync(file, text);
  expect(readWindowState(file)).toEqual(state);
});

test('a window opens where it can be seen and moved', () => {
  const laptop = { x: 0, y: 25, width: 1440, height: 875 };
  const beside = { x: 1440, y: 0, width: 2560, height: 1440 };
  const bounds = { x: 1500, y: 100, width: 1280, height: 860 };
  expect(boundsOn([laptop, beside], bounds)).toEqual(bounds);
  // The second monitor is gone.
  expect(boundsOn([laptop], bounds)).toBeNull();
  // Of the window 100 points are left on the monitor, or its upper edge lies beyond it.
  expect(boundsOn([laptop], { ...bounds, x: 1340 })).toBeNull();
  expect(boundsOn([laptop], { ...bounds, x: 200, y: -300 })).toBeNull();
  expect(boundsOn([laptop], { ...bounds, x: 200, y: 880 })).toBeNull();
  // Partly beyond the edge is where someone put it.
  expect(boundsOn([laptop], { ...bounds, x: 1000 })).toEqual({ ...bounds, x: 1000 });
  expect(boundsOn([laptop], { x: 0, y: 25, width: 2560, height: 1400 })).toEqual(laptop);
  expect(boundsOn([laptop], null)).toBeNull();
});

test('zoom goes in steps to its ends and back', () => {
  expect(zoomAfter(0, 'in')).toBe(1);
  expect(zoomAfter(6, 'in')).toBe(6);
  expect(zoomAfter(-4, 'out')).toBe(-4);
  expect(zoomAfter(3, 'reset')).toBe(0);
  expect(zoomAfter(3, 'sideways')).toBeNull();
});
