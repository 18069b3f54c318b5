import type { ExperimentFile } from '../../../contract/index.ts';

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
 * the series, zipped ones only once.
 *
 * @param factors the factors whose levels differ, as dotted paths
 */
export function factorRoles(
  file: Pick<ExperimentFile, 'factors' | 'zip'>,
  factors: readonly string[],
  chosen: string | null = null
): FactorRoles {
  const groupOf = (path: string) => file.zip.find((group) => group.includes(path)) ?? [path];
  const choices = factors.filter((path) => groupOf(path).find((member) => factors.includes(member)) === path);
  const numeric = choices.find((path) => file.factors[path]?.every((level) => typeof level === 'number'));
  const preferred = [chosen, 'weights.bits', 'activations.bits', numeric, choices[0]];
  const factor = preferred.find((path) => typeof path === 'string' && choices.includes(path)) ?? 'model';
  const zipped = groupOf(factor).filter((path) => path !== factor && factors.includes(path));
  const companions = zipped.filter((path) => follows(file.factors[path] ?? [], file.factors[factor] ?? []));
  const split = [
    ...choices.filter((path) => path !== factor),
    ...zipped.filter((path) => !companions.includes(path))
  ];
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

/** Whether weight bits and activation bits are crossed, so that a map of both says more than curves. */
export function crossesBits(file: Pick<ExperimentFile, 'zip'>, factors: readonly string[]): boolean {
  const both = ['weights.bits', 'activations.bits'];
  return (
    both.every((path) => factors.includes(path)) &&
    !file.zip.some((group) => both.every((path) => group.includes(path)))
  );
}
