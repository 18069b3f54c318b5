import type { Comparison, Run } from '../../../contract/index.ts';

type Differences = Comparison['differences'];

/** In float, only these two of a configuration's settings mean anything. */
const meantInFloat = ['arithmetic', 'prepare'];

/** Shown even where the runs in which they mean something agree: what sets a run apart from one without. */
const telling = ['weights.bits', 'activations.bits', 'accelerator.preset', 'accelerator.tile'];

/** Whether a setting decides anything in a run: a float network has no quantizers, and most runs no hardware. */
export function isMeant(path: string, { configuration }: Run): boolean {
  const setting = path.split('.')[0]!;
  if (path.startsWith('accelerator.')) return configuration.accelerator !== null;
  const ofQuantizers =
    path.startsWith('calibration') || (setting in configuration && !meantInFloat.includes(setting));
  return configuration.arithmetic !== 'float' || !ofQuantizers;
}

/** The differences between the runs in which a setting means something: where it does not, its default says nothing. */
export function meantDifferences(runs: readonly Run[], differences: Differences): Differences {
  return differences.filter(({ path, values }) => {
    const meant = runs.flatMap((run, index) => (isMeant(path, run) ? [JSON.stringify(values[index])] : []));
    return telling.includes(path) ? meant.length > 0 : new Set(meant).size > 1;
  });
}
