/**
 * The number that a text is, or null. What only looks like one, as an identifier with leading zeros or more digits than a
 * number keeps, stays a text.
 */
export function writtenNumber(text: string): number | null {
  if (!/^[+-]?(0|[1-9]\d*)?(\.\d*)?(e[+-]?\d+)?$/i.test(text) || !/^[+-]?\.?\d/.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) return null;
  return value;
}
