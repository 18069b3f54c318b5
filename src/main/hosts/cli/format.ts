import type { Proportion } from '../../../contract/index.ts';

/** `86.1 % (84.5 to 87.6)`: a proportion with its 95 % interval, in percent. */
export function percentWithInterval({ value, low, high }: Proportion): string {
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(value)} % (${percent(low)} to ${percent(high)})`;
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A setting's value as one writes it in an experiment file. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value at a dotted path, such as `weights.bits`. */
export function atPath(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (part, key) =>
        typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined,
      value
    );
}
