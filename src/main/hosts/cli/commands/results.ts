import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import {
  metricCatalogue,
  ResultsFormat,
  type ColumnUse,
  type ImportedRun,
  type MethodInput,
  type ResultsColumn,
  type ResultsCounts,
  type ResultsProblem
} from '../../../../contract/index.ts';
import type { Cli } from '../cli.ts';
import { listing, table } from '../output.ts';

interface ImportOptions {
  readonly format?: ResultsFormat;
  readonly map: Readonly<Record<string, ColumnUse>>;
  readonly experiment?: string;
  readonly dryRun?: boolean;
}

/** Faults that are printed; --json has two hundred. */
const shownProblems = 20;

export function addResultCommands(program: Command, cli: () => Cli): void {
  const results = program
    .command('results')
    .description('results of other programs: MLflow, Weights & Biases, TensorBoard');

  results
    .command('import')
    .description('import runs that another program recorded, to list and compare them beside computed ones')
    .argument('<file>', "MLflow's mlflow.db, or a CSV export of Weights & Biases or TensorBoard's HParams")
    .addOption(
      new Option('--format <format>', 'who wrote the file; otherwise the file tells').choices(
        ResultsFormat.options
      )
    )
    .option(
      '--map <column=use>',
      'what a column is: a metric of Bitlab (val_acc=top1, or top1:percent), metric, setting, seed or nothing; repeatable',
      mapped,
      {}
    )
    .option(
      '--experiment <name>',
      "of MLflow's experiments only this one; of a CSV file what to list its runs under"
    )
    .option('--dry-run', 'only show what would be imported')
    .action(async (file: string, { format, map, experiment, dryRun }: ImportOptions) => {
      const request: MethodInput<'results.import'> = {
        source: { path: resolve(file) },
        uses: { ...map },
        ...(format === undefined ? {} : { format }),
        ...(experiment === undefined ? {} : { experiment })
      };
      if (dryRun === true) {
        const preview = await cli().call('results.preview', request);
        cli().output.result(preview, () =>
          [
            `${preview.fileName}: ${preview.formatText}, ${preview.total} runs.`,
            '',
            table(
              ['experiment', 'runs'],
              preview.experiments.map(({ name, runs }) => [name, runs])
            ),
            '',
            table(
              ['column', 'numbers', 'texts', 'for instance', 'becomes', 'could be'],
              preview.columns.map(columnRow)
            ),
            '',
            ...problemLines(preview.problems, preview.problemCount),
            `Nothing was stored. It would be: ${countsText(preview.counts)}.`
          ].join('\n')
        );
        return;
      }
      const report = await cli().call('results.import', request);
      cli().output.result(report, () =>
        [
          ...problemLines(report.problems, report.problemCount),
          `${report.fileName}: ${report.formatText}, ${report.total} runs: ${countsText(report.counts)}.`
        ].join('\n')
      );
    });

  results
    .command('list')
    .description('list imported runs')
    .action(async () => {
      const runs = await cli().call('results.list', {});
      cli().output.result(runs, () =>
        table(
          ['run', 'name', 'experiment', 'source', 'status', 'metrics'],
          runs.map((run) => [run.id, run.name, run.experiment, run.fileName, run.status, metricsText(run)])
        )
      );
    });

  results
    .command('show')
    .description('show an imported run')
    .argument('<id>')
    .action(async (id: string) => {
      const run = await cli().call('results.get', { id });
      cli().output.result(run, () => described(run));
    });
}

/** `val_acc=top1:percent` as the use of a column. The name of a column may have equals signs, a use has none. */
function mapped(text: string, before: Readonly<Record<string, ColumnUse>>): Record<string, ColumnUse> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write the column and its use: val_acc=top1.');
  const [use = '', unit] = text.slice(at + 1).split(':');
  if (unit !== undefined && unit !== 'percent' && unit !== 'fraction') {
    throw new InvalidArgumentError('After a metric there can be :percent or :fraction.');
  }
  return { ...before, [text.slice(0, at)]: useNamed(use, unit === 'percent') };
}

function useNamed(name: string, percent: boolean): ColumnUse {
  if (name === 'metric' || name === 'setting' || name === 'seed' || name === 'nothing') return { as: name };
  if (Object.hasOwn(metricCatalogue, name)) return { as: 'metric', metric: name, percent };
  throw new InvalidArgumentError(
    `Known uses: metric, setting, seed, nothing, and the metrics ${Object.keys(metricCatalogue).join(', ')}.`
  );
}

function columnRow({ key, numbers, texts, example, becomes, suggestion }: ResultsColumn) {
  const could =
    suggestion === null ? null : `${suggestion.metric}${suggestion.percent === true ? ':percent' : ''}`;
  return [key, numbers, texts, example, becomes ?? '(left out)', could];
}

function problemLines(problems: readonly ResultsProblem[], count: number): string[] {
  const lines = problems.slice(0, shownProblems).map(({ place, text }) => `${place}: ${text}`);
  const rest = count - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])];
}

function countsText({ added, updated, unchanged, trashed }: ResultsCounts): string {
  return [
    `${added} added`,
    `${updated} updated`,
    `${unchanged} unchanged`,
    ...(trashed > 0 ? [`${trashed} left alone in the trash`] : [])
  ].join(', ');
}

const metricsText = ({ metrics }: ImportedRun) =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function described(run: ImportedRun): string {
  return listing([
    ['run', run.id],
    ['name', run.name],
    ['experiment', run.experiment],
    ['status', run.status],
    ['imported from', run.fileName],
    ['SHA-256 of the file', run.fileHash],
    ['identifier there', run.sourceId],
    ['address', run.url],
    ['started', run.startedAt],
    ['ended', run.endedAt],
    ['seconds', run.durationSeconds],
    ['seed', run.seed],
    ...Object.entries(run.settings).map(([name, value]) => [`setting ${name}`, value] as const),
    ...Object.entries(run.metrics).map(([name, value]) => [`metric ${name}`, value] as const),
    ['tags', run.tags.length === 0 ? null : run.tags.join(', ')]
  ]);
}
