import type { Command } from 'commander';
import { join } from 'node:path';
import type { ExperimentDetails, ExperimentFile, Run } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { followExperiment } from '../follow-experiment.ts';
import { percentWithInterval } from '../format.ts';
import { table } from '../output.ts';
import { writeResult } from '../write-result.ts';
import { resumption } from './experiment.ts';

export function addDemoCommand(program: Command, cli: () => Cli): void {
  program
    .command('demo')
    .description('run the sample experiment: three networks at 8 to 2 bits, and in float')
    .option('--out <folder>', 'where the table and the figure are written', 'bitlab-demo')
    .action(({ out }: { out: string }) =>
      cli().withNotebook(
        async (bitlab) => {
          const { output } = cli();
          const { handlers } = bitlab;
          const { templates } = await callMethod(handlers, 'notebook.overview', {});
          const { file } = templates[0]!;
          const plan = await callMethod(handlers, 'experiments.plan', { file });
          output.note(`${file.name} ${plan.total} runs on ${await pictures(bitlab, plan.file)} pictures.`);
          if (plan.known > 0)
            output.note(
              `${plan.known} of them are in the notebook ${bitlab.notebook.folder} and are not computed again.`
            );
          const started = performance.now();
          const details = await followExperiment(bitlab, () =>
            callMethod(handlers, 'experiments.run', { file })
          );
          const seconds = (performance.now() - started) / 1000;
          if (details.status !== 'finished') {
            cli().exitCode = 1;
            output.note(resumption(details));
          }
          const { text } = await callMethod(handlers, 'exports.runs', {
            experimentId: details.id,
            shape: 'tidy',
            format: 'csv'
          });
          const { accuracyFigure } = await import('../../../experiments/accuracy-figure.ts');
          const { accuracySeries } = await import('../../../experiments/accuracy-series.ts');
          const csv = await writeResult(join(out, 'runs.csv'), text);
          const svg = await writeResult(
            join(out, 'accuracy.svg'),
            accuracyFigure(details.name, accuracySeries(details.file.models, details.runs))
          );
          output.result({ experiment: details, seconds, files: { csv, svg } }, () =>
            [
              accuracyTable(details),
              '',
              `Top-1 accuracy with 95 % intervals (Wilson). ${seconds.toFixed(1)} s.`,
              `Table:  ${csv}`,
              `Figure: ${svg}`
            ].join('\n')
          );
        },
        { samples: true }
      )
    );
}

/** How many pictures each run evaluates. */
async function pictures({ handlers }: Bitlab, { data }: ExperimentFile): Promise<number> {
  const datasets = await callMethod(handlers, 'datasets.list', {});
  const all = findByName('dataset', datasets, data.evaluate).samples;
  return data.samples === 'all' ? all : Math.min(data.samples, all);
}

/** Rows are bit widths, columns are models, and the last row is the unquantized networks. */
function accuracyTable(details: ExperimentDetails): string {
  const models = modelsOf(details);
  const row = (name: string, belongs: (run: Run) => boolean) => [
    name,
    ...models.map((model) => cell(details.runs.find((run) => run.model === model && belongs(run))))
  ];
  return table(
    ['bits', ...models],
    [
      ...bitsOf(details).map((bits) => row(String(bits), (run) => bitsOfRun(run) === bits)),
      row('float', (run) => run.baseline)
    ]
  );
}

function cell(run: Run | undefined): string | null {
  if (run === undefined) return null;
  return run.top1 === null ? run.status : percentWithInterval(run.top1);
}

const bitsOfRun = (run: Run) => (run.baseline ? null : run.configuration.weights.bits);
const modelsOf = ({ file }: ExperimentDetails) => file.models;

function bitsOf({ runs }: ExperimentDetails): number[] {
  const bits = runs.map(bitsOfRun).filter((value) => value !== null);
  return [...new Set(bits)].sort((a, b) => b - a);
}
