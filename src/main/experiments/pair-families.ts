import { repeatKey, type ExperimentFile, type Run } from '../../contract/index.ts';
import { levelOf } from './run-label.ts';

/** The runs of an experiment that differ in nothing but the seed. */
export interface Setting {
  readonly runs: readonly Run[];
  readonly modelId: string;
  readonly isFloat: boolean;
  /** The level of each factor that varies, as JSON, in their order. */
  readonly levels: readonly string[];
}

/** Two settings that differ in one thing. */
export type SettingPair = readonly [Setting, Setting];

export interface SettingFamily {
  /** `model`, `float`, or the factors that advance together. */
  readonly differIn: readonly string[];
  readonly pairs: readonly SettingPair[];
}

type Design = Pick<ExperimentFile, 'factors' | 'zip'>;

/** Gathers finished runs, one after the other, into settings in the order of their first runs. */
export class Settings {
  readonly #varying: readonly string[];
  readonly #byKey = new Map<string, Setting & { readonly runs: Run[] }>();

  /** @param varying the factors with more than one level */
  constructor(varying: readonly string[]) {
    this.#varying = varying;
  }

  add(run: Run): void {
    const key = repeatKey(run);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.runs.push(run);
      return;
    }
    const levels = this.#varying.map((path) => JSON.stringify(levelOf(run, path)));
    this.#byKey.set(key, { runs: [run], modelId: run.modelId, isFloat: run.baseline, levels });
  }

  all(): Setting[] {
    return [...this.#byKey.values()];
  }
}

/**
 * The pairs of an experiment that say something about one thing at a time: the models at equal settings; the levels of each factor
 * with all else equal, those that are neighbours where levels are numbers; and each setting against the float network of its model.
 * Families without a pair are left out.
 * @param varying the factors with more than one level, as the settings were gathered by
 */
export function* pairFamilies(
  settings: readonly Setting[],
  design: Design,
  varying: readonly string[]
): Generator<SettingFamily> {
  const quantized = settings.filter(({ isFloat }) => !isFloat);
  const families = function* (): Generator<SettingFamily> {
    yield { differIn: ['model'], pairs: modelPairs(settings) };
    for (const axis of axesOf(design, varying))
      yield { differIn: axis, pairs: levelPairs(quantized, design, axis, varying) };
    yield { differIn: ['float'], pairs: floatPairs(settings) };
  };
  for (const family of families()) if (family.pairs.length > 0) yield family;
}

/** Factors that are zipped make one axis. */
function axesOf({ zip }: Design, varying: readonly string[]): string[][] {
  const groups = varying.map((path) => {
    const group = zip.find((members) => members.includes(path)) ?? [path];
    return varying.filter((member) => group.includes(member));
  });
  return groups.filter((group, index) => varying[index] === group[0]);
}

function modelPairs(settings: readonly Setting[]): SettingPair[] {
  const equal = Map.groupBy(settings, ({ isFloat, levels }) => (isFloat ? 'float' : levels.join()));
  return [...equal.values()].flatMap((group) => allPairs(group).filter(([a, b]) => a.modelId !== b.modelId));
}

function levelPairs(
  settings: readonly Setting[],
  { factors }: Design,
  axis: readonly string[],
  varying: readonly string[]
): SettingPair[] {
  const rows = (factors[axis[0]!] ?? []).map((_, row) => axis.map((path) => factors[path]?.[row] ?? null));
  const isScale = rows.every((row) => row.every((level) => typeof level === 'number' || level === 'ideal'));
  const ordered = isScale ? rows.toSorted((a, b) => byNumbers(numbersOf(b), numbersOf(a))) : rows;
  const places = new Map(
    ordered.map((row, index) => [row.map((level) => JSON.stringify(level)).join(), index])
  );
  const isOnAxis = varying.map((path) => axis.includes(path));
  const ownOf = ({ levels }: Setting) => levels.filter((_, index) => isOnAxis[index]).join();
  const othersOf = ({ levels }: Setting) => levels.filter((_, index) => !isOnAxis[index]).join();
  const equal = Map.groupBy(settings, (setting) => `${setting.modelId} ${othersOf(setting)}`);
  return [...equal.values()].flatMap((group) => {
    const placed = group.map((setting) => ({ setting, place: places.get(ownOf(setting)) ?? 0 }));
    const inOrder = placed.toSorted((a, b) => a.place - b.place);
    const pairs = isScale ? neighbours(inOrder) : allPairs(inOrder);
    return pairs.flatMap(([a, b]): SettingPair[] => (a.place === b.place ? [] : [[a.setting, b.setting]]));
  });
}

function floatPairs(settings: readonly Setting[]): SettingPair[] {
  const floats = new Map(
    settings.filter(({ isFloat }) => isFloat).map((setting) => [setting.modelId, setting])
  );
  return settings.flatMap((setting): SettingPair[] => {
    const float = floats.get(setting.modelId);
    return float === undefined || setting.isFloat ? [] : [[float, setting]];
  });
}

/** Converters that are `ideal` have more bits than any. */
const numbersOf = (row: readonly unknown[]) =>
  row.map((level) => (level === 'ideal' ? Infinity : Number(level)));

/** By the first number that differs. */
function byNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

const allPairs = <T>(items: readonly T[]) =>
  items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
const neighbours = <T>(items: readonly T[]) => items.slice(1).map((b, index) => [items[index]!, b] as const);
