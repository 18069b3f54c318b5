import { Option, type Command } from 'commander';
import { BitlabError, type ValueHistogram } from '../../../../contract/index.ts';
import type { Cli } from '../cli.ts';
import { listing, table } from '../output.ts';

const parts = ['weights', 'input', 'output'] as const;

interface HistogramOptions {
  readonly part: (typeof parts)[number];
  readonly channel?: string;
  readonly group?: string;
}

/** A closer look at the layers of runs. @param runs the group that the commands belong to */
export function addLayerCommands(runs: Command, cli: () => Cli): void {
  runs
    .command('histogram')
    .description(
      'show how the weights, inputs or outputs of a layer are distributed, and where the levels lie'
    )
    .argument('<id>')
    .argument('<layer>')
    .addOption(new Option('--part <part>', 'what is counted').choices(parts).default('weights'))
    .option('--channel <n>', 'only the weights of this output channel, counted from 0')
    .option('--group <n>', 'only those of this group of input channels')
    .action(async (id: string, layer: string, { part, channel, group }: HistogramOptions) => {
      const found = await cli().call('runs.layerHistograms', {
        id,
        layer,
        channel: place('--channel', channel),
        group: place('--group', group)
      });
      cli().output.result(found, () => described(found[part]));
    });
}

function place(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new BitlabError('USAGE', { reason: `${option} needs a whole number from 0 on, not ${text}` });
}

function described({
  unit,
  values,
  zeros,
  minimum,
  maximum,
  start,
  end,
  counts,
  quantizer
}: ValueHistogram): string {
  const number = (value: number) => value.toPrecision(5);
  const width = (end - start) / counts.length;
  const levels =
    quantizer === null
      ? ([['quantizer', 'none']] as const)
      : ([
          ['scale', quantizer.scale],
          ['zero point', quantizer.zeroPoint],
          ['levels', `${quantizer.levelsUsed} of ${quantizer.levelCount} used`],
          ['from', number(quantizer.firstLevel)],
          ['to', number(quantizer.lastLevel)],
          ['clipped below', `${quantizer.clippedBelow} below ${number(quantizer.lowest)}`],
          ['clipped above', `${quantizer.clippedAbove} above ${number(quantizer.highest)}`]
        ] as const);
  return [
    listing([
      ['unit', unit === 'code' ? 'value / scale + zero point' : 'value'],
      ['values', `${values}, ${zeros} of them zero, which are in no bin`],
      ['range', `${number(minimum)} to ${number(maximum)}`],
      ...levels
    ]),
    '',
    table(
      ['from', 'to', 'values'],
      counts.map((count, bin) => [number(start + bin * width), number(start + (bin + 1) * width), count])
    )
  ].join('\n');
}
