import type { Run } from './entities.ts';

/**
 * What a setting of a run is called: the name of a table of measurements, which the configuration has by its hash, where the
 * notebook still knows it; else the value itself.
 */
export function shownLevel({ measurements }: Pick<Run, 'measurements'>, level: unknown): unknown {
  return typeof level === 'string' ? (measurements?.[level] ?? level) : level;
}
