import {
  BitlabError,
  Configuration,
  errorBudgetStages,
  hasRandomPart,
  mostBudgetRuns,
  normalized,
  type AcceleratorPreset,
  type BudgetStage,
  type Configuration as ConfigurationType,
  type ExperimentFile
} from '../../contract/index.ts';
import { checkConflicts } from './conflicts.ts';
import { openedAccelerator, withPreset } from './presets.ts';
import { schemaProblems, type PlacedProblem, type Placement, type SchemaIssue } from './schema-problem.ts';
import { parseSettingPath, withValueAt } from '../../contract/setting-path.ts';

export const runLimit = 100_000;

type Level = ExperimentFile['factors'][string][number];

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

/** Factors that advance together, alone or zipped. */
interface Axis {
  readonly factors: readonly { readonly name: string; readonly path: readonly string[] }[];
  readonly length: number;
}

export type LineOf = (path: readonly PropertyKey[]) => number | null;
const noLines: LineOf = () => null;

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

/** All that is wrong with single settings, levels and zips of a file, each with its path; see designOf for the codes. */
export function* designProblems(
  file: ExperimentFile,
  presets: readonly AcceleratorPreset[] = [],
  lineOf: LineOf = noLines
): Generator<PlacedProblem> {
  let sound = true;
  for (const problem of settingProblems(file, presets, lineOf)) {
    sound = false;
    yield problem;
  }
  if (!sound) return;
  const runsOfEach = file.errorBudget === true ? mostBudgetRuns : 1;
  const combinations = combinationCount(file, axesOf(file));
  const runs = file.models.length * (combinations * runsOfEach + Number(file.baseline));
  if (runs > runLimit)
    yield {
      path: ['factors'],
      error: new BitlabError('EXPERIMENT_TOO_MANY_RUNS', { runs, limit: runLimit })
    };
}

const combinationCount = (file: ExperimentFile, axes: readonly Axis[]): number =>
  axes.reduce((product, axis) => product * axis.length, file.seeds.length);

function* settingProblems(
  file: ExperimentFile,
  presets: readonly AcceleratorPreset[],
  lineOf: LineOf
): Generator<PlacedProblem> {
  const placement: Placement = { prefix: ['fixed'], lineOf: (path) => lineOf(['fixed', ...path]) };
  const ofFixed = attempted(['fixed'], () => configurationProblems(file.fixed, presets, placement));
  yield* ofFixed;
  const seed = file.fixed['seed'];
  if (seed !== undefined && !file.seeds.includes(seed as number)) {
    yield {
      path: ['fixed', 'seed'],
      error: new BitlabError('CONFIGURATION_CONFLICT', {
        reason: `fixed.seed is ${String(seed)}, but seeds lists ${file.seeds.join(', ')}`,
        advice: 'Give the seeds in seeds only.'
      })
    };
  }
  // What is wrong with fixed settings would be said again for each level.
  if (ofFixed.length > 0) return;
  for (const name of Object.keys(file.factors)) yield* factorProblems(file, name, presets, lineOf);
  yield* zipProblems(file);
}

/** Tries each level of a factor on what is fixed. */
function* factorProblems(
  file: ExperimentFile,
  name: string,
  presets: readonly AcceleratorPreset[],
  lineOf: LineOf
): Generator<PlacedProblem> {
  const path = parseSettingPath(name);
  if (path === null || path[0] === 'seed') {
    yield { path: ['factors', name], error: path === null ? notAPath(name) : seedAsFactor() };
    return;
  }
  for (const [index, level] of file.factors[name]!.entries()) {
    const place = ['factors', name, index];
    const found = attempted(place, () =>
      configurationProblems(withLevel(file.fixed, path, level), presets, {
        prefix: ['factors'],
        lineOf: () => lineOf(place) ?? lineOf(['factors', name])
      })
    );
    for (const { error } of found) {
      yield { path: place, error };
      // A misspelled name is wrong at each level.
      if (error.code === 'CONFIGURATION_UNKNOWN_KEY') return;
    }
  }
}

function configurationProblems(
  given: unknown,
  presets: readonly AcceleratorPreset[],
  placement: Placement
): PlacedProblem[] {
  const settings = resolved(given, presets);
  const parsed = Configuration.safeParse(settings);
  if (parsed.success) return [];
  return schemaProblems(parsed.error.issues as readonly SchemaIssue[], Configuration, settings, placement);
}

/** What was found, or the error that was thrown on the way, as by an unknown preset. */
function attempted(path: readonly PropertyKey[], find: () => PlacedProblem[]): PlacedProblem[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof BitlabError) return [{ path, error }];
    throw error;
  }
}

/** A copy of settings with one of them at a level; the short form of an accelerator is opened first, so that it is not lost. */
function withLevel(settings: unknown, path: readonly string[], level: Level): unknown {
  if (path[0] !== 'accelerator' || path.length === 1) return withValueAt(settings, path, level);
  const { accelerator, ...others } = settings as Record<string, unknown>;
  return withValueAt({ ...others, accelerator: openedAccelerator(accelerator) }, path, level);
}

/** Settings with what an accelerator's preset says. */
function resolved(settings: unknown, presets: readonly AcceleratorPreset[]): unknown {
  const { accelerator, ...others } = settings as Record<string, unknown>;
  return accelerator === undefined ? settings : { ...others, accelerator: withPreset(accelerator, presets) };
}

function notAPath(name: string): BitlabError {
  return new BitlabError('CONFIGURATION_UNKNOWN_KEY', {
    path: `factors.${name}`,
    suggestion: 'Write a path such as weights.bits or layers["layer1.0.conv1"].weights.bits.'
  });
}

function seedAsFactor(): BitlabError {
  return new BitlabError('CONFIGURATION_CONFLICT', {
    reason: 'The seed cannot be a factor',
    advice: 'List the seeds in seeds.'
  });
}

function* zipProblems(file: ExperimentFile): Generator<PlacedProblem> {
  const zipped = new Set<string>();
  for (const [index, group] of file.zip.entries()) {
    const path = ['zip', index];
    const unknown = group.find((name) => !Object.hasOwn(file.factors, name));
    if (unknown !== undefined) {
      yield { path: [...path, group.indexOf(unknown)], error: notAFactor(file, unknown) };
      continue;
    }
    const lengths = group.map((name) => file.factors[name]!.length);
    if (new Set(lengths).size > 1) {
      const details = { factors: group.join(' and '), lengths: lengths.join(', ') };
      yield { path, error: new BitlabError('EXPERIMENT_ZIP_LENGTHS', details) };
    }
    for (const [place, name] of group.entries()) {
      if (zipped.has(name))
        yield {
          path: [...path, place],
          error: new BitlabError('CONFIGURATION_CONFLICT', {
            reason: `The factor ${name} is zipped more than once`,
            advice: 'Name each factor once in zip.'
          })
        };
      zipped.add(name);
    }
  }
}

/** The axes of a file whose factors and zips are sound. */
function axesOf(file: ExperimentFile): Axis[] {
  const zipped = new Map(file.zip.flatMap((group) => group.map((name) => [name, group] as const)));
  const groups = new Set(Object.keys(file.factors).map((name) => zipped.get(name) ?? name));
  return [...groups].map((group) => {
    const names = typeof group === 'string' ? [group] : group;
    const factors = names.map((name) => ({ name, path: parseSettingPath(name)! }));
    return { factors, length: file.factors[names[0]!]!.length };
  });
}

function notAFactor(file: ExperimentFile, name: string): BitlabError {
  return new BitlabError('CONFIGURATION_INVALID', {
    path: 'zip',
    value: name,
    reason: 'it is not one of the factors',
    suggestion: `Factors are: ${Object.keys(file.factors).join(', ') || 'none'}.`
  });
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
