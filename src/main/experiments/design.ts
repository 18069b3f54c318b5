import {
  BitlabError,
  Configuration,
  errorBudgetStages,
  hasRandomPart,
  normalized,
  type AcceleratorPreset,
  type BudgetStage,
  type Configuration as ConfigurationType,
  type ExperimentFile
} from '../../contract/index.ts';
import { checkConflicts } from './conflicts.ts';
import { axesOf, combinationCount, type Axis } from './design-axes.ts';
import { resolved, withLevel, type Level } from './design-levels.ts';
import { designProblems, noLines, type LineOf } from './design-problems.ts';

/** One combination of levels and a seed: what one run of each model computes. */
export interface DesignPoint {
  readonly levels: Readonly<Record<string, Level>>;
  readonly seed: number;
  readonly configuration: ConfigurationType;
}

/** One combination of levels, before a seed is chosen. */
export interface Combination {
  readonly levels: Readonly<Record<string, Level>>;
  /** Throws CONFIGURATION_CONFLICT where it cannot be computed. */
  configuration(seed: number): ConfigurationType;
}

/** A design that is known to be sound, and what it amounts to. */
export interface Design {
  /** Combinations of levels and seeds, without the baseline, times models; plus the baselines. */
  readonly combinations: number;
  /** The float run that the others are compared with, or null. */
  readonly baseline: DesignPoint | null;
  /**
   * All combinations in the order of the file, the last factor fastest, the seed faster still.
   * In an error budget, each has its stages in place of itself. Throws CONFIGURATION_CONFLICT or CALIBRATION_TOO_FEW at the
   * first that cannot be computed.
   */
  points(): Generator<DesignPoint>;
  /** The combinations of levels in the same order. */
  levels(): Generator<Combination>;
}

/**
 * Checks each setting and each level of an experiment file. Their combinations are checked when they are enumerated.
 * @param presets what `accelerator` may name
 * @param lineOf the line of the text where the value at a path of the file stands
 * @throws CONFIGURATION_UNKNOWN_KEY, CONFIGURATION_INVALID, CONFIGURATION_BITS, CONFIGURATION_CONFLICT,
 *   ACCELERATOR_PRESET_UNKNOWN, EXPERIMENT_ZIP_LENGTHS, EXPERIMENT_TOO_MANY_RUNS
 */
export function designOf(
  file: ExperimentFile,
  presets: readonly AcceleratorPreset[] = [],
  lineOf: LineOf = noLines
): Design {
  for (const { error } of designProblems(file, presets, lineOf)) throw error;
  const axes = axesOf(file);
  const combinations = combinationCount(file, axes);
  const baseline = file.baseline ? baselineOf(file, presets) : null;
  const levels = () => combinationsOf(file, axes, presets);
  return { combinations, baseline, levels, points: () => pointsOf(file, levels()) };
}

function baselineOf(file: ExperimentFile, presets: readonly AcceleratorPreset[]): DesignPoint {
  const settings = resolved({ ...file.fixed, arithmetic: 'float' }, presets);
  return { levels: {}, seed: 0, configuration: normalized(Configuration.parse(settings)) };
}

function* pointsOf(file: ExperimentFile, combinations: Iterable<Combination>): Generator<DesignPoint> {
  for (const { levels, configuration } of combinations) {
    if (file.errorBudget !== true) {
      for (const seed of file.seeds) yield { levels, seed, configuration: configuration(seed) };
      continue;
    }
    for (const stage of budgetConfigurations(configuration, file.seeds)) {
      for (const each of stage) yield { levels, seed: each.seed, configuration: each };
    }
  }
}

/**
 * The runs of an error budget, stage after stage: those that lead to the configuration, then each part of the hardware alone.
 * Each stage has a configuration for each seed, or for the first one where nothing is random.
 * @throws CONFIGURATION_CONFLICT for another arithmetic than `accelerator`
 */
export function budgetConfigurations(
  configuration: (seed: number) => ConfigurationType,
  seeds: readonly number[]
): ConfigurationType[][] {
  const [first, ...others] = seeds.map((seed) => errorBudgetStages(configuration(seed)));
  if (first!.length === 0) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: 'An error budget takes the hardware apart, and the arithmetic is not accelerator',
      advice: 'Set arithmetic: accelerator, or leave errorBudget out.'
    });
  }
  const repeated = (pick: (stage: BudgetStage) => ConfigurationType | null) =>
    first!.flatMap((stage, index) => {
      const one = pick(stage);
      if (one === null) return [];
      const more = hasRandomPart(one) ? others.map((stages) => pick(stages[index]!)!) : [];
      return [[one, ...more]];
    });
  return [...repeated((stage) => stage.cumulative), ...repeated((stage) => stage.alone)];
}

function* combinationsOf(
  file: ExperimentFile,
  axes: readonly Axis[],
  presets: readonly AcceleratorPreset[]
): Generator<Combination> {
  const indices = axes.map(() => 0);
  for (;;) {
    yield combinationAt(file, axes, [...indices], presets);
    let axis = axes.length - 1;
    while (axis >= 0 && ++indices[axis]! === axes[axis]!.length) indices[axis--] = 0;
    if (axis < 0) return;
  }
}

function combinationAt(
  file: ExperimentFile,
  axes: readonly Axis[],
  indices: readonly number[],
  presets: readonly AcceleratorPreset[]
): Combination {
  const levels: Record<string, Level> = {};
  const changes: { readonly path: readonly string[]; readonly level: Level }[] = [];
  for (const [position, axis] of axes.entries()) {
    for (const { name, path } of axis.factors) {
      const level = file.factors[name]![indices[position]!]!;
      levels[name] = level;
      changes.push({ path, level });
    }
  }
  // A group as a whole comes before its parts, in whatever order the file names them.
  const settings = changes
    .toSorted((a, b) => a.path.length - b.path.length)
    .reduce<unknown>((all, { path, level }) => withLevel(all, path, level), file.fixed);
  return {
    levels,
    configuration(seed) {
      const configuration = Configuration.parse(
        resolved({ ...(settings as Record<string, unknown>), seed }, presets)
      );
      checkConflicts(configuration, file);
      return normalized(configuration);
    }
  };
}
