import type { ExperimentFile } from '../../../contract/index.ts';
import { fixedValue, withFactor, withFixed, withoutFactor } from './design-file.ts';

export const weightBits = 'weights.bits';
export const activationBits = 'activations.bits';

/** How the bit widths of a design vary. */
export interface BitWidths {
  /**
   * `together`: activations have the bits of the weights. `every`: each width of one with each of the other.
   * `file`: something that only the file can say, such as 8-bit activations beside 4-bit weights, pair by pair.
   */
  readonly mode: 'together' | 'every' | 'file';
  readonly weights: readonly number[];
  readonly activations: readonly number[];
}

/** The bit widths that a design asks for; one level is a fixed setting, several are a factor. */
export function bitWidths(file: ExperimentFile): BitWidths {
  const weights = levels(file, weightBits);
  const activations = levels(file, activationBits);
  const groups = file.zip.filter((group) => group.includes(weightBits) || group.includes(activationBits));
  const equal =
    weights.length === activations.length && weights.every((bits, at) => bits === activations[at]);
  const [group] = groups;
  if (group !== undefined) {
    const pair = groups.length === 1 && group.length === 2 && group.includes(weightBits);
    return {
      mode: pair && group.includes(activationBits) && equal ? 'together' : 'file',
      weights,
      activations
    };
  }
  return { mode: equal && weights.length === 1 ? 'together' : 'every', weights, activations };
}

/** The design with these bit widths, sorted from many to few; an empty list leaves the design as it is. */
export function withBitWidths(file: ExperimentFile, widths: BitWidths): ExperimentFile {
  const weights = sorted(widths.weights);
  const activations = widths.mode === 'together' ? weights : sorted(widths.activations);
  if (weights.length === 0 || activations.length === 0) return file;
  const bare = withoutFactor(withoutFactor(file, weightBits), activationBits);
  const zip = widths.mode === 'together' && weights.length > 1 ? [[weightBits, activationBits]] : [];
  const changed = withLevels(withLevels(bare, weightBits, weights), activationBits, activations);
  const { [weightBits]: first, [activationBits]: second, ...others } = changed.factors;
  return {
    ...changed,
    factors: {
      ...(first !== undefined && { [weightBits]: first }),
      ...(second !== undefined && { [activationBits]: second }),
      ...others
    },
    zip: [...zip, ...bare.zip]
  };
}

function levels(file: ExperimentFile, path: string): number[] {
  const given: readonly unknown[] = file.factors[path] ?? [fixedValue(file, path)];
  return given.filter((level) => typeof level === 'number');
}

function withLevels(file: ExperimentFile, path: string, bits: readonly number[]): ExperimentFile {
  return bits.length === 1 ? withFixed(file, path, bits[0]!) : withFactor(file, path, bits);
}

const sorted = (bits: readonly number[]) => [...new Set(bits)].sort((a, b) => b - a);
