import { Option, type Command } from 'commander';
import {
  BitlabError,
  type BitChoice,
  type BitChoices,
  type BitChoiceSettings,
  type BitExperimentSettings
} from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Cli } from '../cli.ts';
import { followExperiment } from '../follow-experiment.ts';
import { positiveNumbers, sampleCount, wholeNumber } from '../numbers.ts';
import { table } from '../output.ts';
import { writeResult } from '../write-result.ts';
import { reportExperiment } from './experiment.ts';
import { sensitivityNamed } from './sensitivity.ts';

interface ChoiceOptions {
  readonly average?: string;
  readonly size?: string;
  readonly bops?: string;
  readonly vary: BitChoiceSettings['vary'];
  readonly by: BitChoiceSettings['measure'];
  readonly keep: readonly string[];
  readonly activationBits: string;
}

interface RunOptions extends ChoiceOptions {
  readonly data: string;
  readonly samples: string;
  readonly name?: string;
  readonly rounding: BitExperimentSettings['rounding'];
  readonly arithmetic: BitExperimentSettings['arithmetic'];
  readonly uniform: boolean;
  readonly out?: string;
}

export function addBitCommands(program: Command, cli: () => Cli): void {
  const bits = program.command('bits').description('bits for each layer, chosen from sensitivities');

  withChoiceOptions(
    bits
      .command('choose')
      .description(
        'choose bits within a budget by dynamic programming: the least sum of what each unit alone costs'
      )
      .argument('<sensitivity>', 'its identifier, or the name of its model')
  ).action(async (name: string, options: ChoiceOptions) => {
    const settings = choiceSettings(options);
    const found = await cli().withNotebook(async (bitlab) =>
      callMethod(bitlab.handlers, 'sensitivity.choose', {
        id: (await sensitivityNamed(bitlab, name)).id,
        ...settings
      })
    );
    cli().output.result(found, () => described(found, settings.budget.kind));
  });

  withChoiceOptions(
    bits
      .command('run')
      .description('run the bits that choose gives beside the uniform widths, as an experiment')
      .argument('<sensitivity>', 'its identifier, or the name of its model')
  )
    .requiredOption('--data <name>', 'the data set that is evaluated')
    .option('--samples <n>', 'how many of its samples, from the first, or all', 'all')
    .option('--name <name>', "the experiment's name; otherwise one is made from the model's")
    .addOption(
      new Option('--rounding <method>', 'how weights are rounded')
        .choices(['nearest', 'gptq', 'adaround'])
        .default('nearest')
    )
    .addOption(
      new Option('--arithmetic <kind>', 'how layers are computed')
        .choices(['simulated', 'integer'])
        .default('simulated')
    )
    .option('--no-uniform', 'leave the uniform widths out')
    .option('--out <file>', 'write the experiment file instead of running it')
    .action(async (name: string, options: RunOptions) => {
      const settings = {
        ...choiceSettings(options),
        evaluate: options.data,
        samples: sampleCount('--samples', options.samples),
        ...(options.name !== undefined && { name: options.name }),
        rounding: options.rounding,
        arithmetic: options.arithmetic,
        uniform: options.uniform
      };
      await cli().withNotebook(async (bitlab) => {
        const { handlers } = bitlab;
        const { id } = await sensitivityNamed(bitlab, name);
        if (options.out !== undefined) {
          const { file } = await callMethod(handlers, 'sensitivity.design', { id, ...settings });
          const { yaml } = await callMethod(handlers, 'experiments.format', { file });
          const path = await writeResult(options.out, yaml);
          return cli().output.result(
            { file: path },
            () => `Wrote ${path}; run it with: bitlab experiment run ${options.out}`
          );
        }
        reportExperiment(
          cli(),
          await followExperiment(bitlab, () =>
            callMethod(handlers, 'sensitivity.verify', { id, ...settings })
          )
        );
      });
    });
}

function withChoiceOptions(command: Command): Command {
  return command
    .option('--average <list>', 'budgets as mean bits of a weight, such as 4,3')
    .option('--size <list>', 'budgets as bytes of the parameters, scales and biases included')
    .option('--bops <list>', 'budgets as bit operations for a sample')
    .addOption(
      new Option('--vary <what>', 'what gets bits of its own; both needs a budget of bit operations')
        .choices(['weights', 'both'])
        .default('weights')
    )
    .addOption(
      new Option('--by <measure>', 'what is summed: error power of the logits, or divergence of the softmax')
        .choices(['logits-error', 'divergence'])
        .default('logits-error')
    )
    .option(
      '--keep <layer=bits>',
      'a layer, first or last whose weights keep their bits; may be repeated',
      (text: string, before: string[]) => [...before, text],
      [] as string[]
    )
    .option('--activation-bits <n>', 'bits of activations where they do not vary', '8');
}

function choiceSettings(options: ChoiceOptions): BitChoiceSettings {
  return {
    budget: budgetOf(options),
    vary: options.vary,
    measure: options.by,
    keep: Object.fromEntries(options.keep.map(keptLayer)),
    activationBits: wholeNumber('--activation-bits', options.activationBits)
  };
}

function budgetOf({ average, size, bops }: ChoiceOptions): BitChoiceSettings['budget'] {
  const given = [average, size, bops].filter((text) => text !== undefined);
  if (given.length !== 1)
    throw new BitlabError('USAGE', { reason: 'Give one of --average, --size and --bops' });
  if (average !== undefined) return { kind: 'average-bits', values: positiveNumbers('--average', average) };
  if (bops !== undefined) return { kind: 'bops', values: positiveNumbers('--bops', bops) };
  return { kind: 'size', values: positiveNumbers('--size', size!).map((bytes) => 8 * bytes) };
}

function keptLayer(text: string): [string, number] {
  const match = /^(.+)=(\d+)$/.exec(text);
  if (match !== null) return [match[1]!, Number(match[2])];
  throw new BitlabError('USAGE', { reason: `--keep ${text} is not of the form layer=bits` });
}

function described(
  { choices, uniform, exact, step, least }: BitChoices,
  kind: BitChoiceSettings['budget']['kind']
): string {
  const columns = [...choices.map(columnTitle(kind)), ...uniform.map((each) => `all ${each.bits}`)];
  const all: readonly BitChoice[] = [...choices, ...uniform];
  const row = (title: string, of: (choice: BitChoice) => string | number | null) => [title, ...all.map(of)];
  const names = all[0]!.weights.map(({ layer }) => layer);
  const tensors = choices[0]?.activations.map(({ tensor }) => tensor) ?? [];
  return [
    table(
      ['bits of weights', ...columns],
      names.map((layer, index) => row(layer, (choice) => choice.weights[index]?.bits ?? null))
    ),
    ...(tensors.length === 0
      ? []
      : [
          '',
          table(
            ['bits of activations', ...columns],
            tensors.map((tensor, index) => row(tensor, (choice) => choice.activations[index]?.bits ?? null))
          )
        ]),
    '',
    table(
      ['in all', ...columns],
      [
        row('mean bits of a weight', ({ averageBits }) => averageBits.toFixed(2)),
        row('size (kB)', ({ sizeBits }) => (sizeBits / 8000).toFixed(1)),
        row('bit operations (million)', ({ bops }) => (bops / 1e6).toFixed(0)),
        row('sum of the costs', ({ cost }) => cost.toPrecision(3)),
        row('predicted SQNR (dB)', ({ predictedSqnrDb }) => predictedSqnrDb?.toFixed(1) ?? null)
      ]
    ),
    '',
    `Chosen by dynamic programming, ${exact ? 'exactly' : `to within ${step.toPrecision(2)} of the budget for each choice`}; the smallest possible budget is ${Number(least.toPrecision(6))}.`
  ].join('\n');
}

const columnTitle =
  (kind: BitChoiceSettings['budget']['kind']) =>
  ({ budget }: BitChoice): string => {
    if (kind === 'average-bits') return `mean ${budget}`;
    return kind === 'size' ? `${(budget! / 8000).toFixed(1)} kB` : `${(budget! / 1e6).toFixed(0)} M`;
  };
