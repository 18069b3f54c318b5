import type { ExperimentFile, Run } from '../../../contract/index.ts';
import type { MapAxes } from '../../figures/accuracy-map.ts';
import { levelOf } from '../../figures/accuracy-series.ts';
import { levelPhrase } from '../../figures/setting-names.ts';

/** What each factor of an experiment does in its figure. */
export interface FactorRoles {
  /** On the x axis: a dotted path, or `model` where nothing else differs. */
  readonly factor: string;
  /** Advance together with the one on the axis. */
  readonly companions: readonly string[];
  /** Make series of their own. */
  readonly split: readonly string[];
  /** Factors that could stand on the axis. */
  readonly choices: readonly string[];
}

/**
 * Which factor stands on the axis: the one chosen, else weight bits, else activation bits, else the first with numbers,
 * else the first. Factors that are zipped with it come along, unless one of its levels comes with several of theirs; the others split
 * the series, zipped ones only once where one of them tells the rows of their group apart.
 *
 * @param factors the factors whose levels differ, as dotted paths
 */
export function factorRoles(
  file: Pick<ExperimentFile, 'factors' | 'zip'>,
  factors: readonly string[],
  chosen: string | null = null
): FactorRoles {
  const groupOf = (path: string) => file.zip.find((group) => group.includes(path)) ?? [path];
  const telling = (path: string) => tellsRowsApart(file.factors[path] ?? []);
  const choices = factors.filter((path) => {
    const varying = groupOf(path).filter((member) => factors.includes(member));
    return (varying.find(telling) ?? varying[0]) === path;
  });
  const numeric = choices.find((path) => file.factors[path]?.every((level) => typeof level === 'number'));
  const preferred = [chosen, 'weights.bits', 'activations.bits', numeric, choices[0]];
  const factor = preferred.find((path) => typeof path === 'string' && choices.includes(path)) ?? 'model';
  const zipped = groupOf(factor).filter((path) => path !== factor && factors.includes(path));
  const companions = zipped.filter((path) => follows(file.factors[path] ?? [], file.factors[factor] ?? []));
  const others = choices
    .filter((path) => path !== factor)
    .flatMap((path) => (telling(path) ? [path] : groupOf(path).filter((member) => factors.includes(member))));
  const split = [...zipped.filter((path) => !companions.includes(path)), ...others];
  return { factor, companions, split, choices };
}

/** Whether each level of a factor comes with one and the same level of another that is zipped with it. */
function follows(levels: readonly unknown[], of: readonly unknown[]): boolean {
  const found = new Map<string, string>();
  return of.every((level, index) => {
    const [key, own] = [JSON.stringify(level), JSON.stringify(levels[index])];
    const before = found.get(key);
    found.set(key, own);
    return before === undefined || before === own;
  });
}

/** Whether no two rows of a zipped group have the same level of this factor. */
function tellsRowsApart(levels: readonly unknown[]): boolean {
  return new Set(levels.map((level) => JSON.stringify(level))).size === levels.length;
}

/**
 * The pairs of crossed factors of which a map says more than curves: those with numbers for levels (and `ideal`, which bits of
 * converters can be). The usual one, weight bits by activation bits, comes first.
 * @param choices as in the roles: one for each zipped group
 */
export function mapChoices(file: Pick<ExperimentFile, 'factors'>, choices: readonly string[]): MapAxes[] {
  const isScale = (path: string) =>
    tellsRowsApart(file.factors[path] ?? []) &&
    (file.factors[path] ?? []).every((level) => typeof level === 'number' || level === 'ideal');
  const scales = choices.filter(isScale);
  const pairs = scales.flatMap((rows, index) =>
    scales.slice(index + 1).map((columns) => ({ rows, columns }))
  );
  const isUsual = ({ rows, columns }: MapAxes) =>
    [rows, columns].every((path) => path === 'weights.bits' || path === 'activations.bits');
  const usual = pairs.filter(isUsual).map(() => ({ rows: 'weights.bits', columns: 'activations.bits' }));
  return [...usual, ...pairs.filter((pair) => !isUsual(pair))];
}

/** Runs of one map: one model, and one combination of the factors that are not on its axes. */
export interface MapSubject {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** @param split the factors that tell runs apart, as in the roles with nothing on the axis */
export function mapSubjects(runs: readonly Run[], axes: MapAxes, split: readonly string[]): MapSubject[] {
  const others = split.filter((path) => path !== axes.rows && path !== axes.columns);
  const nameOf = (run: Run) =>
    [run.model, ...others.map((path) => levelPhrase(path, levelOf(run, path)))].join(', ');
  const groups = Map.groupBy(
    runs.filter((run) => !run.baseline),
    nameOf
  );
  return [...groups].map(([name, group]) => ({ name, runs: group }));
}
