import { readFileSync, writeFileSync } from 'node:fs';

export interface Bounds {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}

const usual: Bounds = { width: 1280, height: 860 };

/** Where the window was when it was last closed; the usual size where that is not known. */
export function readBounds(file: string): Bounds {
  try {
    const { x, y, width, height } = JSON.parse(readFileSync(file, 'utf8')) as Bounds;
    if ([x, y, width, height].every(Number.isFinite) && width >= 400 && height >= 300)
      return { x: x!, y: y!, width, height };
  } catch {
    // Never closed before, or not written fully.
  }
  return usual;
}

/** A place that cannot be kept is no reason to keep the window open. */
export function keepBounds(file: string, bounds: Bounds): void {
  try {
    writeFileSync(file, JSON.stringify(bounds));
  } catch {
    // The next window opens at the usual size.
  }
}
