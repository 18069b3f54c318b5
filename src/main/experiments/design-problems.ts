import {
  BitlabError,
  Configuration,
  mostBudgetRuns,
  type AcceleratorPreset,
  type ExperimentFile
} from '../../contract/index.ts';
import { parseSettingPath } from '../../contract/setting-path.ts';
import { axesOf, combinationCount } from './design-axes.ts';
import { resolved, withLevel } from './design-levels.ts';
import { schemaProblems, type PlacedProblem, type Placement, type SchemaIssue } from './schema-problem.ts';

export const runLimit = 100_000;

export type LineOf = (path: readonly PropertyKey[]) => number | null;
export const noLines: LineOf = () => null;

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

function notAFactor(file: ExperimentFile, name: string): BitlabError {
  return new BitlabError('CONFIGURATION_INVALID', {
    path: 'zip',
    value: name,
    reason: 'it is not one of the factors',
    suggestion: `Factors are: ${Object.keys(file.factors).join(', ') || 'none'}.`
  });
}
