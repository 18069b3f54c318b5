import { readFileSync, writeFileSync } from 'node:fs';

/** A rectangle of the desktop, in the system's points. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How the window was left. */
export interface WindowState {
  /** Its place and size when it is not maximized; null for the usual size, where the system puts it. */
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
  /** Electron's zoom level: each step is a factor of 1.2. */
  readonly zoomLevel: number;
  /** The screen that was shown: `#/runs`. */
  readonly address: string;
}

export const usualSize = { width: 1280, height: 860 };
const usual: WindowState = { bounds: null, maximized: false, zoomLevel: 0, address: '' };
/** From half to three times the usual size. */
const zoomLevels = { least: -4, most: 6 };
/** So much of the window's upper edge must lie on a monitor that it can be moved from there, in points. */
const grip = { width: 120, height: 40 };

/** How the window was when it was last closed; where that is not known, or does not make sense, as at the first start. */
export function readWindowState(file: string): WindowState {
  try {
    const { bounds, maximized, zoomLevel, address } = JSON.parse(readFileSync(file, 'utf8')) as WindowState;
    return {
      bounds: isRectangle(bounds) ? bounds : null,
      maximized: maximized === true,
      zoomLevel: Number.isFinite(zoomLevel) ? clampedZoom(zoomLevel) : 0,
      address: typeof address === 'string' && address.startsWith('#/') ? address : ''
    };
  } catch {
    // Never closed before, or not written fully.
    return usual;
  }
}

/** A state that cannot be kept is no reason to keep the window open. */
export function keepWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The next window opens as at the first start.
  }
}

/**
 * Bounds on the monitors that there are now: as they were where the window can be seen and moved there, else null. Larger than
 * its monitor, it is made as large as that.
 * @param workAreas the monitors without the system's bars
 */
export function boundsOn(workAreas: readonly Rectangle[], bounds: Rectangle | null): Rectangle | null {
  if (bounds === null) return null;
  const holder = workAreas.find((area) => {
    const width = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const height = area.y + area.height - bounds.y;
    return width >= grip.width && bounds.y >= area.y && height >= grip.height;
  });
  if (holder === undefined) return null;
  const width = Math.min(bounds.width, holder.width);
  const height = Math.min(bounds.height, holder.height);
  return { x: bounds.x, y: bounds.y, width, height };
}

/** The zoom level after a step; null for a step that there is not. */
export function zoomAfter(level: number, step: unknown): number | null {
  if (step === 'reset') return 0;
  if (step === 'in') return clampedZoom(level + 1);
  return step === 'out' ? clampedZoom(level - 1) : null;
}

const clampedZoom = (level: number) => Math.min(zoomLevels.most, Math.max(zoomLevels.least, level));

function isRectangle(bounds: unknown): bounds is Rectangle {
  const { x, y, width, height } = (bounds ?? {}) as Rectangle;
  return [x, y, width, height].every(Number.isFinite) && width >= 400 && height >= 300;
}
