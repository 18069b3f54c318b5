/** How well a text answers what was typed, and which of its characters do so. */
export interface FuzzyMatch {
  /** Above 0; 1 where the text is what was typed. */
  readonly score: number;
  /** Places in the text, rising. */
  readonly places: readonly number[];
}

const found = 1;
const afterTheLast = 1;
const atStart = 1;
const atStartOfWord = 0.8;
const most = found + afterTheLast;
/** Letters strewn over a text by chance do not answer: of three or more so many must be neighbours or start words. */
const leastQuality = 0.7;

/**
 * Finds the characters of a query in a text, in their order, whatever the case and white space; of all ways to do so the one
 * with the most runs of neighbours and starts of words. Null where a character is missing, or they are strewn about.
 * Takes time and memory in proportion to the product of the two lengths, so both are cut at 200 characters.
 */
export function fuzzyMatch(text: string, query: string): FuzzyMatch | null {
  const letters = Array.from(text.toLowerCase().slice(0, 200));
  const wanted = Array.from(query.toLowerCase().replace(/\s+/g, '').slice(0, 200));
  if (wanted.length === 0) return { score: 1, places: [] };
  const width = letters.length;
  /** best[row * width + at]: the best of the first `row + 1` characters, the last of which is found at `at`. */
  const best = new Float64Array(wanted.length * width).fill(-Infinity);
  const before = new Int32Array(wanted.length * width).fill(-1);
  for (const [row, letter] of wanted.entries()) {
    let leading = -Infinity;
    let leadingAt = -1;
    for (let at = 0; at < width; at++) {
      if (row > 0 && at > 0 && best[(row - 1) * width + at - 1]! > leading) {
        leading = best[(row - 1) * width + at - 1]!;
        leadingAt = at - 1;
      }
      if (letters[at] !== letter) continue;
      const own = found + (at === 0 ? atStart : startsWord(letters, at) ? atStartOfWord : 0);
      const neighbour = row > 0 && at > 0 ? best[(row - 1) * width + at - 1]! + afterTheLast : -Infinity;
      const place = row * width + at;
      if (row === 0) best[place] = own;
      else if (neighbour >= leading && neighbour > -Infinity) {
        best[place] = found + neighbour;
        before[place] = at - 1;
      } else if (leadingAt >= 0) {
        best[place] = own + leading;
        before[place] = leadingAt;
      }
    }
  }
  const last = best.subarray((wanted.length - 1) * width);
  let end = 0;
  for (let at = 1; at < width; at++) if (last[at]! > last[end]!) end = at;
  if (width === 0 || last[end] === -Infinity) return null;
  const places = [end];
  for (let row = wanted.length - 1; row > 0; row--) places.unshift(before[row * width + places[0]!]!);
  const quality = Math.min(1, last[end]! / (most * wanted.length));
  if (wanted.length > 2 && quality < leastQuality) return null;
  // Of texts that match equally well the shorter one says more of what was typed.
  return { score: quality * (0.8 + (0.2 * wanted.length) / Math.max(width, wanted.length)), places };
}

const startsWord = (letters: readonly string[], at: number) => /[^\p{L}\p{N}]/u.test(letters[at - 1]!);
