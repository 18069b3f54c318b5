const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with a thin space between thousands: `11 173 962`. */
export function formatCount(count: number): string {
  return grouped.format(count).replaceAll(',', '\u2009');
}

/** A count with its word in the right number: `1 run`, `24 runs`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A large number to three digits with its SI prefix: `37.2 M`. */
export function formatLarge(value: number): string {
  if (Math.abs(value) < 1000) return formatCount(value);
  let scaled = Number(value.toPrecision(3));
  let power = 0;
  while (Math.abs(scaled) >= 1000 && power < prefixes.length - 1) {
    scaled /= 1000;
    power++;
  }
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(scaled))));
  return `${scaled.toFixed(digits)} ${prefixes[power]}`;
}
