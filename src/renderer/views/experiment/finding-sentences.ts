import { significanceLevel, type PairFamily, type Run, type TestedPair } from '../../../contract/index.ts';
import { formatCounted, formatPValue, percentNumber } from '../../components/format/index.ts';
import { settingWords } from './named-pair.ts';

/** A difference that the data support, in one sentence. */
export interface Finding {
  readonly sentence: string;
  readonly pair: TestedPair;
}

/** Whether a pair differs by more than chance, with the whole family taken into account. */
export const isFinding = ({ adjustedPValue }: TestedPair) => adjustedPValue < significanceLevel;

/**
 * The findings of a family, the largest difference first. A pair that is not shown to differ has no sentence.
 * @param runs those of the experiment by identifier @param factors those that vary, as dotted paths
 */
export function findingSentences(
  family: PairFamily,
  runs: ReadonlyMap<string, Run>,
  factors: readonly string[]
): Finding[] {
  const found = family.pairs.filter(isFinding).flatMap((pair): Finding[] => {
    const [a, b] = [runs.get(pair.a[0]!), runs.get(pair.b[0]!)];
    if (a === undefined || b === undefined) return [];
    return [{ pair, sentence: findingSentence(family, pair, a, b, factors) }];
  });
  return found.sort((x, y) => Math.abs(y.pair.difference) - Math.abs(x.pair.difference));
}

/** `At 3 bits, a is 71.0 points (95 % interval 68.8 to 73.1) more accurate than b (McNemar, p < 0.001, n = 2000).` */
function findingSentence(
  { differIn, pairs }: PairFamily,
  pair: TestedPair,
  a: Run,
  b: Run,
  factors: readonly string[]
): string {
  const [better, worse] = pair.difference > 0 ? [b, a] : [a, b];
  const size = sizeText(pair);
  const evidence = evidenceText(pair, pairs.length);
  if (differIn[0] === 'float') {
    const words = settingWords(b, factors);
    const prefix = words.length === 0 ? 'Quantized, ' : prefixOf(words);
    const direction = pair.difference > 0 ? 'more' : 'less';
    return `${prefix}${b.model} is ${size} ${direction} accurate than in float ${evidence}.`;
  }
  if (differIn[0] === 'model') {
    const prefix = a.baseline ? 'In float, ' : prefixOf(settingWords(a, factors));
    return `${prefix}${better.model} is ${size} more accurate than ${worse.model} ${evidence}.`;
  }
  const others = factors.filter((path) => !differIn.includes(path));
  const prefix = prefixOf(settingWords(a, others));
  const [more, less] = [better, worse].map((run) => settingWords(run, differIn).join(', '));
  return `${prefix}${a.model} is ${size} more accurate with ${more} than with ${less} ${evidence}.`;
}

/** `At 3 bits, `; `With 8-bit weights, observer mse, `. */
function prefixOf(words: readonly string[]): string {
  if (words.length === 0) return '';
  const [only] = words.length === 1 ? words : [];
  return `${only !== undefined && /^\d+ bits$/.test(only) ? 'At' : 'With'} ${words.join(', ')}, `;
}

/** In percentage points; with two decimals where one would hide how near to zero an end is. */
function sizeText({ difference, low, high }: TestedPair): string {
  const ends = difference > 0 ? [low, high] : [-high, -low];
  const decimals = Math.min(...ends.map(Math.abs)) < 0.005 ? 2 : 1;
  const [size, from, to] = [Math.abs(difference), ...ends].map((share) => percentNumber(share, decimals));
  return `${size} points (95 % interval ${from} to ${to})`;
}

function evidenceText({ test, seeds, random, samples, adjustedPValue }: TestedPair, pairs: number): string {
  const p = formatPValue(adjustedPValue);
  const parts = [
    test === 'mcnemar' ? 'McNemar' : `paired t over ${seeds} seeds`,
    p.startsWith('<') ? `p ${p}` : `p = ${p}`,
    ...(pairs > 1 ? [`Holm-adjusted over ${pairs} pairs`] : []),
    `n = ${samples}`,
    ...(random && test === 'mcnemar' ? ['one seed'] : [])
  ];
  return `(${parts.join(', ')})`;
}

/** How many pairs of a family were tested, and what became of those without a sentence. */
export function familySummary({ pairs, untested, leftOut }: PairFamily): string {
  const shown = pairs.filter(isFinding).length;
  const equal = pairs.length - shown;
  const parts: string[] = [];
  if (pairs.length > 0)
    parts.push(
      shown > 0
        ? `A difference is shown for ${shown} of ${formatCounted(pairs.length, 'pair')}.`
        : `No difference is shown for ${formatCounted(pairs.length, 'pair')}.`
    );
  if (equal > 0) parts.push('That none is shown does not mean that two are equal.');
  if (untested > 0)
    parts.push(
      `${formatCounted(untested, 'pair')} could not be tested: fewer than three seeds in common, or other samples.`
    );
  if (leftOut > 0)
    parts.push(`${formatCounted(leftOut, 'more pair')} were not tested, since there are so many.`);
  return parts.join(' ');
}
