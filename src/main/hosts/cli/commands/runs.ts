import type { Command } from 'commander';
import { resolve } from 'node:path';
import { BitlabError, describeDraw } from '../../../../contract/index.ts';
import type { RunDetails } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { percentWithInterval, settingText } from '../format.ts';
import { listing, table } from '../output.ts';
import { keptText, layerTable } from '../layer-table.ts';
import { runTable } from '../run-table.ts';

/** Settings that most experiments vary, for lists of runs that are of no one experiment. */
const usualFactors = ['arithmetic', 'weights.bits', 'activations.bits'];

export interface RunSelection {
  readonly experiment?: string;
  readonly where?: string;
}

/** Names on the command line as the contract's methods take them. */
export async function runSelection(
  { handlers }: Bitlab,
  { experiment, where }: RunSelection
): Promise<{ experimentId?: string; where?: string }> {
  return {
    ...(where === undefined ? {} : { where }),
    ...(experiment === undefined
      ? {}
      : {
          experimentId: findByName(
            'experiment',
            await callMethod(handlers, 'experiments.list', {}),
            experiment
          ).id
        })
  };
}

/** @returns the group of commands for runs, for more of them */
export function addRunCommands(program: Command, cli: () => Cli): Command {
  const runs = program.command('runs').alias('run').description('single runs: one model, one configuration');

  runs
    .command('list')
    .description('list runs')
    .option('--experiment <name>', 'only those of an experiment')
    .option('--where <filter>', "a filter, such as 'weights.bits <= 4 and model = resnet18-mse'")
    .action(async (options: RunSelection) => {
      const found = await cli().withNotebook(async (bitlab) =>
        callMethod(bitlab.handlers, 'runs.list', await runSelection(bitlab, options))
      );
      cli().output.result(found, () => runTable(found, usualFactors));
    });

  runs
    .command('show')
    .description('show a run: its metrics, its layers, and with what it was computed')
    .argument('<id>')
    .action(async (id: string) => {
      const run = await cli().call('runs.get', { id });
      cli().output.result(run, () => described(run));
    });

  runs
    .command('compare')
    .description('show in what runs differ, and test their predictions pair by pair')
    .argument('<id>')
    .argument('<ids...>')
    .action(async (id: string, ids: string[]) => {
      const comparison = await cli().call('runs.compare', { ids: [id, ...ids] });
      cli().output.result(comparison, () =>
        [
          table(
            ['differs', ...comparison.runs.map((run) => run.id)],
            comparison.differences.map(({ path, values }) => [path, ...values.map(settingText)])
          ),
          '',
          comparison.pairs.length === 0
            ? 'No two of these runs are finished on the same samples of the same data, so none are tested.'
            : table(
                ['a', 'b', 'only a right', 'only b right', 'b - a (points)', '95 %', 'p (McNemar, exact)'],
                comparison.pairs.map((pair) => [
                  pair.a,
                  pair.b,
                  pair.onlyA,
                  pair.onlyB,
                  (pair.difference * 100).toFixed(2),
                  `${(pair.low * 100).toFixed(2)} to ${(pair.high * 100).toFixed(2)}`,
                  pair.pValue.toPrecision(3)
                ])
              )
        ].join('\n')
      );
    });

  runs
    .command('predictions')
    .description("write a run's logits, predictions and labels to an .npz archive")
    .argument('<id>')
    .requiredOption('--out <file>', 'the .npz file to write')
    .action(async (id: string, { out }: { out: string }) => {
      const file = resolve(out);
      const samples = await cli().withNotebook((bitlab) => writePredictions(bitlab, id, file));
      cli().output.result({ file, samples }, () => `Wrote ${samples} predictions to ${file}.`);
    });

  runs
    .command('replay')
    .description('compute a run again and compare its logits, bit for bit')
    .argument('<id>')
    .action(async (id: string) => {
      const replay = await cli().call('runs.replay', { id });
      if (!replay.same)
        throw new BitlabError('REPLAY_DIFFERS', { id, found: replay.found, recorded: replay.recorded });
      cli().output.result(
        replay,
        () => `The same logits, bit for bit (${replay.found}), in ${replay.durationSeconds.toFixed(2)} s.`
      );
    });
  return runs;
}

/** Arrays logits (n, classes) float32, prediction (n), label (n) and sample (n), its number in the data set, int32; returns n. */
async function writePredictions({ handlers, notebook }: Bitlab, id: string, file: string): Promise<number> {
  const { writeNpz } = await import('../../../datasets/index.ts');
  const run = await callMethod(handlers, 'runs.get', { id });
  const stored = notebook.predictions.ofRun(id);
  if (stored === null) throw new BitlabError('RUN_NOT_FINISHED', { id, status: run.status });
  const { samples, classes } = stored;
  const { predictions } = notebook;
  try {
    await writeNpz(file, [
      ['logits', { shape: [samples, classes], data: await predictions.logits(stored) }],
      ['prediction', { shape: [samples], data: await predictions.predicted(stored) }],
      ['label', { shape: [samples], data: await predictions.labels(stored) }],
      ['sample', { shape: [samples], data: await predictions.drawn(stored) }]
    ]);
  } catch (cause) {
    if (cause instanceof BitlabError) throw cause;
    throw new BitlabError('FILE_NOT_WRITTEN', { file, reason: (cause as Error).message }, { cause });
  }
  return samples;
}

function described(run: RunDetails): string {
  const { provenance } = run;
  return [
    listing([
      ['run', run.id],
      ['status', run.error === null ? run.status : `${run.status}: ${run.error.sentence}`],
      ['model', run.model],
      [
        'data set',
        `${run.dataset}, ${run.samples} samples${run.draw === undefined ? '' : ` ${describeDraw(run.draw)}`}`
      ],
      ['calibrated on', run.calibrationDataset],
      ['top-1', run.top1 === null ? null : percentWithInterval(run.top1)],
      ...Object.entries(run.metrics).map(([name, value]) => [name, value] as const),
      ['configuration', run.configurationHash],
      ['layers with settings of their own', keptText(run.configuration)],
      ['logits', provenance?.logitsHash ?? null],
      [
        'computed with',
        provenance === null ? null : `Bitlab ${provenance.bitlab}, ONNX Runtime ${provenance.onnxRuntime}`
      ],
      ['on', provenance === null ? null : `${provenance.processor}; ${provenance.threads} used`]
    ]),
    '',
    layerTable(run.layers)
  ].join('\n');
}
