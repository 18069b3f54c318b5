/** Reads a number as people write scales: `0.5`, `1e-3`, `1/255`; null where it is none. */
export function parseNumber(text: string): number | null {
  const parts = text.split('/').map((part) => part.trim());
  if (parts.length > 2 || parts.includes('')) return null;
  const [numerator = Number.NaN, denominator = 1] = parts.map(Number);
  const value = numerator / denominator;
  return Number.isFinite(value) ? value : null;
}

/** Reads numbers parted by commas, semicolons or blanks: `0.485, 0.456, 0.406`; null where one is none, or none is there. */
export function parseNumbers(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const numbers = parts.map(parseNumber).filter((value) => value !== null);
  return parts.length > 0 && numbers.length === parts.length ? numbers : null;
}
