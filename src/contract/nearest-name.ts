/** The known name that is most likely meant by a misspelled one, or null where none is near. */
export function nearestName(given: string, known: Iterable<string>): string | null {
  return nearestNames(given, known, 1)[0] ?? null;
}

/** The known names that a misspelled one most likely means, the likeliest first; none where none is near. */
export function nearestNames(given: string, known: Iterable<string>, most: number): string[] {
  const limit = Math.max(2, Math.floor(given.length / 3));
  return [...new Set(known)]
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Levenshtein's distance: insertions, deletions and substitutions of characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
