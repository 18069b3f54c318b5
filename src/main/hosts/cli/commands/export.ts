import { Option } from 'commander';
import type { Command } from 'commander';
import { callMethod } from '../../call-method.ts';
import type { Cli } from '../cli.ts';
import { writeResult } from '../write-result.ts';
import { runSelection } from './runs.ts';
import type { RunSelection } from './runs.ts';
import { sensitivityNamed } from './sensitivity.ts';

interface ExportOptions extends RunSelection {
  readonly shape: 'tidy' | 'wide' | 'repeats';
  readonly format: 'csv' | 'json';
  readonly out?: string;
}

export function addExportCommands(program: Command, cli: () => Cli): void {
  const exports = program.command('export').description('results as files for other programs');

  exports
    .command('runs')
    .description('runs with their settings and metrics')
    .option('--experiment <name>', 'only those of an experiment')
    .option('--where <filter>', "a filter, such as 'weights.bits <= 4'")
    .addOption(
      new Option(
        '--shape <shape>',
        'a row for each metric (tidy), for each run (wide), or for the mean over seeds (repeats)'
      )
        .choices(['tidy', 'wide', 'repeats'])
        .default('tidy')
    )
    .addOption(new Option('--format <format>', 'the file format').choices(['csv', 'json']).default('csv'))
    .option('--out <file>', 'the file to write; otherwise the result is printed')
    .action(async (options: ExportOptions) => {
      const { shape, format, out } = options;
      const exported = await cli().withNotebook(async (bitlab) =>
        callMethod(bitlab.handlers, 'exports.runs', {
          ...(await runSelection(bitlab, options)),
          shape,
          format
        })
      );
      if (out === undefined) return void process.stdout.write(exported.text);
      const file = await writeResult(out, exported.text);
      cli().output.result({ file }, () => `Wrote ${file}.`);
    });
  exports
    .command('sensitivity')
    .description('sensitivities, a row for each layer or tensor and bit width')
    .argument('<id>', 'or the name of its model')
    .addOption(new Option('--format <format>', 'the file format').choices(['csv', 'json']).default('csv'))
    .option('--out <file>', 'the file to write; otherwise the result is printed')
    .action(async (name: string, { format, out }: Pick<ExportOptions, 'format' | 'out'>) => {
      const exported = await cli().withNotebook(async (bitlab) =>
        callMethod(bitlab.handlers, 'exports.sensitivity', {
          id: (await sensitivityNamed(bitlab, name)).id,
          format
        })
      );
      if (out === undefined) return void process.stdout.write(exported.text);
      const file = await writeResult(out, exported.text);
      cli().output.result({ file }, () => `Wrote ${file}.`);
    });
}
