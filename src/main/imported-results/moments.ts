/** Times that JavaScript can tell, in milliseconds since 1970. */
const latestMilliseconds = 8.64e15;

/** ISO 8601 in UTC of a time in milliseconds since 1970; null for what is none. */
export function momentOf(milliseconds: unknown): string | null {
  const number = typeof milliseconds === 'bigint' ? Number(milliseconds) : milliseconds;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  if (number <= 0 || number > latestMilliseconds) return null;
  return new Date(number).toISOString();
}

const written = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** ISO 8601 in UTC of a time as tables have it, in UTC where it names no zone; null for what is none. */
export function momentWritten(text: string): string | null {
  const match = written.exec(text.trim());
  if (match === null) return null;
  const [, day, time, zone = 'Z'] = match;
  const offset = /^(Z|UTC)$/i.test(zone)
    ? 'Z'
    : zone.includes(':')
      ? zone
      : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return momentOf(Date.parse(`${day}T${time}${offset}`));
}
