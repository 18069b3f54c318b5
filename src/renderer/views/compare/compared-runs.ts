import {
  mostComparedRuns,
  type Comparison,
  type PairedTest,
  type Run,
  type RunStatus
} from '../../../contract/index.ts';
import { levelPhrase } from '../../figures/setting-names.ts';
import { isMeant, meantDifferences } from './meant-differences.ts';

/** A run among those compared, with the letter that stands for it in the columns. */
export interface LetteredRun {
  readonly letter: string;
  readonly run: Run;
}

/** Reads the addresses' `ids=a,b`: each once, in their order. More may be asked for than can be compared. */
export function parseIds(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(',').filter((id) => id !== ''))];
}

/** A for the first run, B for the second, and so on. */
export function lettered(runs: Comparison['runs']): LetteredRun[] {
  return runs.map((run, index) => ({ letter: String.fromCharCode(65 + index), run }));
}

/** Says that not all chosen runs are compared; null where they are. */
export function tooManySentence(chosen: number): string | null {
  if (chosen <= mostComparedRuns) return null;
  return `Of the ${chosen} runs that were chosen, the first ${mostComparedRuns} are compared: more do not fit side by side.`;
}

/** How many settings a short name of a run has at most. */
const mostPhrases = 3;
const bits = ['weights.bits', 'activations.bits'];

/** Each run in a few words: its model, and its level of what differs between the quantized ones, bit widths first. */
export function shortNames(runs: readonly Run[], differences: Comparison['differences']): string[] {
  const quantized = [...runs.keys()].filter((index) => runs[index]!.configuration.arithmetic !== 'float');
  const meant = meantDifferences(runs, differences);
  const varies = ({ values }: Comparison['differences'][number]) =>
    new Set(quantized.map((index) => JSON.stringify(values[index]))).size > 1;
  const varying = meant.filter((each) => each.path !== 'model' && varies(each));
  const others = varying.filter(({ path }) => !bits.includes(path));
  const showsBits = others.length < varying.length || others.length === 0;
  return runs.map(({ model, configuration }, index) => {
    if (configuration.arithmetic === 'float') return `${model}, float`;
    const phrases = [
      ...(showsBits ? bitsPhrases(configuration) : []),
      ...others.flatMap(({ path, values }) =>
        isMeant(path, runs[index]!) ? [levelPhrase(path, values[index])] : []
      )
    ];
    const more = phrases.length > mostPhrases ? [`${phrases.length - mostPhrases} more`] : [];
    return [model, ...phrases.slice(0, mostPhrases), ...more].join(', ');
  });
}

function bitsPhrases({ weights, activations }: Run['configuration']): string[] {
  if (weights.bits === activations.bits) return [`${weights.bits} bits`];
  return [`${weights.bits}-bit weights`, `${activations.bits}-bit activations`];
}

/** Runs that were evaluated on the samples of a reference, itself among them. */
export function onSamplesOf(
  reference: LetteredRun,
  runs: readonly LetteredRun[],
  pairs: readonly PairedTest[]
): LetteredRun[] {
  const partners = new Set(
    pairs.filter(({ a, b }) => [a, b].includes(reference.run.id)).flatMap(({ a, b }) => [a, b])
  );
  return runs.filter(({ run }) => run.id === reference.run.id || partners.has(run.id));
}

const reasons: Readonly<Record<RunStatus, string>> = {
  finished: 'on other samples or other data, or without predictions',
  queued: 'still waiting',
  running: 'still running',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted'
};

/**
 * Which runs cannot be compared with the reference sample by sample, and why, as a sentence; null where all can.
 * @param comparable what `onSamplesOf` says
 */
export function leftOutSentence(
  reference: LetteredRun,
  runs: readonly LetteredRun[],
  comparable: readonly LetteredRun[]
): string | null {
  const { letter, run } = reference;
  if (run.status !== 'finished')
    return `${letter}, the reference, is not finished (${reasons[run.status]}): without its predictions nothing can be compared with it. Choose another reference.`;
  const others = runs.filter((each) => !comparable.includes(each));
  if (others.length === 0) return null;
  const parts = others.map((other) => `${other.letter} (${reasons[other.run.status]})`);
  const list = parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
  return `Left out, because only runs on the same samples can be compared sample by sample with ${letter}: ${list}.`;
}

/** The tests of a reference against each other run, the reference always first. */
export function testsAgainst(reference: string, pairs: readonly PairedTest[]): PairedTest[] {
  return pairs.flatMap((pair) => {
    if (pair.a === reference) return [pair];
    if (pair.b !== reference) return [];
    const { a, b, onlyA, onlyB, difference, low, high, pValue } = pair;
    const turned = { a: b, b: a, onlyA: onlyB, onlyB: onlyA, pValue };
    return [{ ...turned, difference: 0 - difference, low: -high, high: -low }];
  });
}
