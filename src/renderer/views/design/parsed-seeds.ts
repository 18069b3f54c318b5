/** Seeds from `0, 1, 2`, each once; null where the text holds anything else than whole numbers of 32 bits. */
export function parsedSeeds(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const seeds = parts.map((part) => (/^\d{1,10}$/.test(part) ? Number(part) : Number.NaN));
  if (seeds.length === 0 || seeds.some((seed) => !(seed <= 0xffffffff))) return null;
  return [...new Set(seeds)];
}
