import { repeatKey, shownLevel, type Proportion, type Run } from '../../contract/index.ts';
import { interval95OfMean } from './interval-of-mean.ts';
import { settingAt } from './setting-at.ts';
import { levelPhrase, levelText } from './setting-names.ts';

/** What stands on the x axis and what makes the series. */
export interface SeriesOptions {
  /** Dotted path of the setting on the x axis, or `model`. */
  readonly factor: string;
  /** Other factors whose levels differ between runs; each combination of them is a series of its own. */
  readonly split?: readonly string[];
}

/** Top-1 accuracy at one level of one series, all as proportions (unit 1). */
export interface SeriesPoint {
  readonly value: number;
  /** Ends of the 95 % interval: Wilson's of one run, or Student's t over seeds where there are several. */
  readonly low: number;
  readonly high: number;
  /** Sample standard deviation over seeds; null for one run. */
  readonly standardDeviation: number | null;
  /** Runs that differ in nothing but the seed. */
  readonly runs: readonly Run[];
}

export interface AccuracySeries {
  readonly name: string;
  readonly model: string;
  /** Index of the model among all models, and of the combination among all combinations. */
  readonly modelIndex: number;
  readonly combinationIndex: number;
  /** One entry for each level; null where nothing is finished yet. */
  readonly points: readonly (SeriesPoint | null)[];
}

export interface AccuracyBaseline {
  readonly model: string;
  readonly modelIndex: number;
  readonly runId: string;
  readonly top1: Proportion;
}

export interface AccuracyData {
  readonly factor: string;
  readonly levels: readonly unknown[];
  readonly levelNames: readonly string[];
  /** Whether the levels are numbers, so that the axis has a scale. */
  readonly numeric: boolean;
  readonly models: readonly string[];
  readonly combinations: number;
  readonly series: readonly AccuracySeries[];
  readonly baselines: readonly AccuracyBaseline[];
}

/** The level of a run at a dotted path of its configuration, tables of measurements by their names; or its `model`. */
export function levelOf(run: Run, path: string): unknown {
  return path === 'model' ? run.model : shownLevel(run, settingAt(run.configuration, path));
}

/**
 * Sorts runs into series: one for each model and combination of the `split` factors. Baselines (float runs) stand apart.
 * Throws a RangeError where runs of one series and level differ in more than the seed: nothing is averaged over them.
 * Levels of bits fall from left to right, other numbers rise, words keep the order in which they come.
 */
export function accuracySeries(runs: readonly Run[], options: SeriesOptions): AccuracyData {
  const { factor, split = [] } = options;
  const quantized = runs.filter((run) => !run.baseline);
  const byModel = factor !== 'model';
  const levels = sortedLevels(distinctLevels(quantized.map((run) => levelOf(run, factor))), factor);
  const models = byModel ? distinctLevels(runs.map((run) => run.model)) : [''];
  const combinationOf = (run: Run) => split.map((path) => levelPhrase(path, levelOf(run, path))).join(', ');
  const combinations = distinctLevels(quantized.map(combinationOf));
  const series: AccuracySeries[] = [];
  for (const [modelIndex, model] of models.entries()) {
    for (const [combinationIndex, combination] of combinations.entries()) {
      const mine = quantized.filter(
        (run) => (!byModel || run.model === model) && combinationOf(run) === combination
      );
      if (mine.length === 0) continue;
      const points = levels.map((level) =>
        meanPoint(mine.filter((run) => sameLevel(levelOf(run, factor), level)))
      );
      const name = [model, combination].filter((part) => part !== '').join(', ') || 'Top-1';
      series.push({ name, model, modelIndex, combinationIndex, points });
    }
  }
  const baselines = runs.flatMap((run): AccuracyBaseline[] => {
    const modelIndex = models.indexOf(run.model);
    if (!run.baseline || run.top1 === null || modelIndex < 0) return [];
    return [{ model: run.model, modelIndex, runId: run.id, top1: run.top1 }];
  });
  const numeric = levels.length > 0 && levels.every((level) => typeof level === 'number');
  const levelNames = levels.map((level) => levelText(level, factor));
  return {
    factor,
    levels,
    levelNames,
    numeric,
    models,
    combinations: combinations.length,
    series,
    baselines
  };
}

/**
 * The accuracy of runs that differ in nothing but the seed; null where none is finished.
 * Throws a RangeError where they differ in more: nothing is averaged over that.
 */
export function meanPoint(candidates: readonly Run[]): SeriesPoint | null {
  const runs = candidates.filter((run) => run.top1 !== null);
  const [first] = runs;
  if (first === undefined || first.top1 === null) return null;
  const key = repeatKey(first);
  if (runs.some((run) => repeatKey(run) !== key)) {
    throw new RangeError(`${first.id} and others differ in more than the seed`);
  }
  const values = runs.map((run) => run.top1!.value);
  if (values.every((value) => value === values[0])) {
    // Seeds that change nothing leave only the uncertainty of a finite number of samples.
    const { value, low, high } = first.top1;
    return { value, low, high, standardDeviation: runs.length > 1 ? 0 : null, runs };
  }
  return { ...interval95OfMean(values), runs };
}

/** Without repetitions, in the order in which they come. */
export function distinctLevels<Item>(items: readonly Item[]): Item[] {
  const seen = new Map(items.map((item) => [JSON.stringify(item), item] as const));
  return [...seen.values()];
}

export function sameLevel(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Levels of bits fall, other numbers rise, words keep their order. */
export function sortedLevels(levels: unknown[], factor: string): unknown[] {
  if (!levels.every((level) => typeof level === 'number')) return levels;
  const direction = factor.endsWith('bits') ? -1 : 1;
  return levels.toSorted((a, b) => direction * (a - b));
}
