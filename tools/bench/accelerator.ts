import { AcceleratorSettings, Configuration } from '../../src/contract/index.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';
import { acceleratorExecutor } from '../../src/main/inference/accelerator-executor.ts';
import type { QuantizedNetwork } from '../../src/main/inference/executable-network.ts';
import type { Executor } from '../../src/main/inference/executor.ts';
import { acceleratorThreads } from '../../src/main/hosts/runner/accelerator-kernels.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';

/** Hardware whose speed is promised: tiles of 64, with every sum through a converter. */
const hardware = {
  'without noise': { adc: { bits: 12 } },
  'with read noise on every partial sum': { adc: { bits: 12 }, noise: { output: 0.0005, weight: 0.002 } }
} as const;

const promised = { 'without noise': 8, 'with read noise on every partial sum': 25 } as const;

interface AcceleratorRow {
  readonly what: string;
  readonly measured: string;
  readonly ratio: number;
  readonly promise: { readonly bound: 'at most' | 'at least'; readonly value: number };
}

/**
 * How long a network takes on an accelerator with N = 64.
 * @param subject its name, in which the promises are made or not
 * @param time evaluates and releases an executor, and gives ms for a picture
 */
export async function acceleratorRows(
  subject: string,
  network: Pick<QuantizedNetwork, 'model' | 'analysis' | 'plan'>,
  floatMs: number,
  time: (executor: Executor) => Promise<number>
): Promise<AcceleratorRow[]> {
  const configuration = Configuration.parse({ arithmetic: 'accelerator' });
  const ms = async (settings: object, threads: number) => {
    const kernels = { accelerator: await acceleratorThreads(threads), integer: await integerKernels() };
    const context = { ...noHardwareSources, seed: 0 };
    const parsed = AcceleratorSettings.parse({ tile: 64, ...settings });
    const options = { threads, calibration: null };
    return time(await acceleratorExecutor(network, kernels, configuration, parsed, context, options));
  };
  const rows: AcceleratorRow[] = [];
  for (const name of ['without noise', 'with read noise on every partial sum'] as const) {
    const [one, two] = [await ms(hardware[name], 1), await ms(hardware[name], 2)];
    rows.push(
      {
        what: `${subject}: accelerator, N = 64, 8 bits, ${name}, time against float`,
        measured: `${one.toFixed(3)} ms per picture, float ${floatMs.toFixed(3)}`,
        ratio: one / floatMs,
        promise: { bound: 'at most', value: promised[name] }
      },
      {
        what: `${subject}: the same in two threads, times as fast as in one`,
        measured: `${two.toFixed(3)} ms per picture, one thread ${one.toFixed(3)}`,
        ratio: one / two,
        promise: { bound: 'at least', value: 1.7 }
      }
    );
  }
  return rows;
}
