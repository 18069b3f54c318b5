import { Option, type Command } from 'commander';
import {
  BitlabError,
  type Sensitivity,
  type SensitivityDetails,
  type SensitivityMeasure,
  type SensitivitySubject
} from '../../../../contract/index.ts';
import { parseSettingPath, withValueAt } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { followSensitivity } from '../follow-sensitivity.ts';
import { percentWithInterval } from '../format.ts';
import { sampleCount, wholeNumber, wholeNumbers } from '../numbers.ts';
import { table } from '../output.ts';

interface RunOptions {
  readonly model: string;
  readonly data: string;
  readonly samples: string;
  readonly calibrate?: string;
  readonly calibrationSamples: string;
  readonly bits: string;
  readonly only?: SensitivitySubject;
  readonly set: readonly string[];
}

export function addSensitivityCommands(program: Command, cli: () => Cli): void {
  const sensitivity = program
    .command('sensitivity')
    .description('what quantizing one layer at a time does to a model');

  sensitivity
    .command('run')
    .description(
      'quantize one layer, or one tensor of activations, at a time to each bit width, rounded to the nearest; what is known already is not measured again'
    )
    .requiredOption('--model <name>', 'the model')
    .requiredOption('--data <name>', 'the data set that is evaluated')
    .option('--samples <n>', 'how many of its samples, from the first, or all', '512')
    .option('--calibrate <name>', 'the data set on which ranges are found; otherwise that of --data')
    .option('--calibration-samples <n>', 'how many of its samples', '512')
    .option('--bits <list>', 'bit widths, such as 8-2 or 8,4,3', '8-2')
    .addOption(
      new Option('--only <subject>', 'only weights, or only activations').choices(['weights', 'activations'])
    )
    .option(
      '--set <path=value>',
      'a setting that is not the default, such as activations.observer=mse; may be repeated',
      (text: string, before: string[]) => [...before, text],
      [] as string[]
    )
    .action(async (options: RunOptions) => {
      const request = {
        model: options.model,
        evaluate: options.data,
        samples: sampleCount('--samples', options.samples),
        calibrate: options.calibrate ?? options.data,
        calibrationSamples: wholeNumber('--calibration-samples', options.calibrationSamples),
        configuration: settingsOf(options.set) as Record<string, never>,
        bits: wholeNumbers('--bits', options.bits),
        subjects: options.only === undefined ? undefined : [options.only]
      };
      await cli().withNotebook(async (bitlab) =>
        report(
          cli(),
          await followSensitivity(bitlab, () => callMethod(bitlab.handlers, 'sensitivity.start', request))
        )
      );
    });

  sensitivity
    .command('resume')
    .description('measure what is not measured yet')
    .argument('<id>', 'or the name of its model')
    .action(async (name: string) => {
      await cli().withNotebook(async (bitlab) => {
        const { id } = await sensitivityNamed(bitlab, name);
        report(
          cli(),
          await followSensitivity(bitlab, () => callMethod(bitlab.handlers, 'sensitivity.resume', { id }))
        );
      });
    });

  sensitivity
    .command('list')
    .description('list what is measured')
    .action(async () => {
      const found = await cli().call('sensitivity.list', {});
      cli().output.result(found, () =>
        table(
          ['sensitivity', 'model', 'data', 'samples', 'bits', 'status', 'measured'],
          found.map((each) => [
            each.id,
            each.model,
            each.dataset,
            each.samples,
            each.bits.join(' '),
            each.status,
            measuredText(each)
          ])
        )
      );
    });

  sensitivity
    .command('show')
    .description('show the units, the most sensitive first')
    .argument('<id>', 'or the name of its model')
    .action(async (name: string) => {
      const details = await cli().withNotebook(async (bitlab) =>
        callMethod(bitlab.handlers, 'sensitivity.get', { id: (await sensitivityNamed(bitlab, name)).id })
      );
      cli().output.result(details, () => described(details));
    });

  sensitivity
    .command('remove')
    .description('forget what was measured')
    .argument('<id>')
    .action(async (id: string) => {
      const removed = await cli().call('sensitivity.remove', { id });
      cli().output.result(removed, () => `Removed ${id}.`);
    });
}

/** By its identifier, or the most recent of a model. */
export async function sensitivityNamed({ handlers }: Bitlab, name: string): Promise<Sensitivity> {
  const list = await callMethod(handlers, 'sensitivity.list', {});
  const named = list.map((each) => ({ ...each, name: each.model }));
  return findByName('sensitivity', named, name);
}

function report(cli: Cli, details: SensitivityDetails): void {
  cli.output.result(details, () => described(details));
  if (details.status === 'finished') return;
  cli.exitCode = 1;
  if (details.error !== null) cli.output.note(`${details.error.sentence} [${details.error.code}]`);
  cli.output.note(`${measuredText(details)} measured. Resume with: bitlab sensitivity resume ${details.id}`);
}

const measuredText = ({ done, total }: Sensitivity) => `${done} of ${total ?? '?'}`;

function described(details: SensitivityDetails): string {
  const { float, bits, samples, dataset } = details;
  const top1 = float === null ? 'not known yet' : percentWithInterval(float.top1);
  return [
    `${details.id}: ${details.model} on ${samples} samples of ${dataset}, ${details.status}; float ${top1}`,
    ...details.subjects.flatMap((subject) => [
      '',
      `SQNR of the logits (dB) with only the ${subject} of one ${subject === 'weights' ? 'layer' : 'tensor'} quantized, and top-1 lost at ${Math.min(...bits)} bits:`,
      unitTable(details, subject)
    ])
  ].join('\n');
}

/** The units of a subject, the most sensitive at the fewest bits first. */
function unitTable(
  { units, measures, bits, float }: SensitivityDetails,
  subject: SensitivitySubject
): string {
  const fewest = Math.min(...bits);
  const rows = units
    .filter((unit) => unit.subject === subject)
    .map((unit) => {
      const own = measures.filter((measure) => measure.subject === subject && measure.unit === unit.name);
      return { unit, at: new Map(own.map((measure) => [measure.bits, measure])) };
    })
    .sort((a, b) => (b.at.get(fewest)?.logitsError ?? 0) - (a.at.get(fewest)?.logitsError ?? 0));
  const lost = (measure: SensitivityMeasure | undefined) =>
    measure === undefined || float === null
      ? null
      : (100 * (float.top1.value - measure.top1.value)).toFixed(1);
  return table(
    [
      subject === 'weights' ? 'layer' : 'tensor',
      'values',
      ...bits.map((width) => `${width} bits`),
      'lost (%)'
    ],
    rows.map(({ unit, at }) => [
      unit.name,
      unit.values,
      ...bits.map((width) => at.get(width)?.logitsSqnrDb?.toFixed(1) ?? null),
      lost(at.get(fewest))
    ])
  );
}

/** `weights.range=mse` as a part of a configuration; a value is JSON where it can be read as such, else a text. */
function settingsOf(assignments: readonly string[]): unknown {
  let settings: unknown = {};
  for (const assignment of assignments) {
    const [, path = '', text = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    const names = parseSettingPath(path);
    if (names === null)
      throw new BitlabError('USAGE', { reason: `--set ${assignment} is not of the form path=value` });
    settings = withValueAt(settings, names, valueOf(text));
  }
  return settings;
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
