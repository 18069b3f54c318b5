import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BitlabError, ExportRecord, type Export, type MethodInput } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { writeResult } from '../write-result.ts';
import { runSelection } from './runs.ts';
import type { RunSelection } from './runs.ts';
import { sensitivityNamed } from './sensitivity.ts';

type Request = MethodInput<'exports.make'>;

interface RunsOptions extends RunSelection {
  readonly shape: 'tidy' | 'wide' | 'repeats';
  readonly format: 'csv' | 'json' | 'latex';
  readonly by?: string;
  readonly metrics?: string;
  readonly caption?: string;
  readonly label?: string;
  readonly out?: string;
}

interface FigureOptions extends RunSelection {
  readonly width?: number;
  readonly height?: number;
  readonly font?: number;
  readonly out?: string;
}

/** Beside a file that was exported lies its record, under the file's name and this. */
const recordEnding = '.bitlab.json';

export function addExportCommands(program: Command, cli: () => Cli): void {
  const group = program.command('export').description('results as files for other programs and for papers');

  selecting(group.command('runs').description('runs with their settings and metrics'))
    .addOption(
      new Option(
        '--shape <shape>',
        'in csv and json: a row for each metric (tidy), for each run (wide), or for the mean over seeds (repeats)'
      )
        .choices(['tidy', 'wide', 'repeats'])
        .default('tidy')
    )
    .addOption(
      new Option('--format <format>', 'the file format; latex has a row for each group')
        .choices(['csv', 'json', 'latex'])
        .default('csv')
    )
    .option('--by <columns>', 'latex: what groups share, separated by commas; otherwise model and factors')
    .option('--metrics <metrics>', 'latex: what is averaged, separated by commas; otherwise top1')
    .option('--caption <text>', 'latex: the caption')
    .option('--label <label>', 'latex: the label, such as tab:losses')
    .option('--out <file>', 'the file to write, with a record beside it; otherwise the result is printed')
    .action(async ({ shape, format, by, metrics, caption, label, out, ...selection }: RunsOptions) => {
      await exported(cli(), out, async (bitlab) => {
        const selected = await runSelection(bitlab, selection);
        if (format !== 'latex') return { kind: 'runs', ...selected, shape, format };
        return {
          kind: 'latex',
          ...selected,
          ...(by !== undefined && { by: words(by) }),
          ...(metrics !== undefined && { metrics: words(metrics) }),
          ...(caption !== undefined && { caption }),
          ...(label !== undefined && { label })
        };
      });
    });

  selecting(
    group
      .command('methods')
      .description('a paragraph for a paper that says how runs were configured, in LaTeX')
  )
    .option('--out <file>', 'the .tex file to write, with its .bib and a record beside it')
    .action(async ({ out, ...selection }: RunSelection & { out?: string }) => {
      await exported(cli(), out, async (bitlab) => ({
        kind: 'methods',
        ...(await runSelection(bitlab, selection))
      }));
    });

  group
    .command('figure')
    .description('top-1 accuracy against bits, as SVG, in pixels or with a size on paper')
    .requiredOption('--experiment <name>', 'the experiment')
    .option('--where <filter>', 'only its runs that fit a filter')
    .option('--width <mm>', 'millimetres on paper; 84 where only another size is given', number)
    .option('--height <mm>', 'millimetres on paper; 63 where only another size is given', number)
    .option('--font <pt>', 'size of the letters in points; 8 where only another size is given', number)
    .option(
      '--out <file>',
      'the .svg file to write, with a record beside it; otherwise the result is printed'
    )
    .action(async ({ out, width, height, font, ...selection }: FigureOptions) => {
      const sized = [width, height, font].some((size) => size !== undefined);
      await exported(cli(), out, async (bitlab) => {
        const { experimentId, ...filter } = await runSelection(bitlab, selection);
        const paper = { widthMm: width ?? 84, heightMm: height ?? 63, fontPt: font ?? 8 };
        return { kind: 'figure', experimentId: experimentId!, ...filter, ...(sized && { paper }) };
      });
    });

  group
    .command('crate')
    .description('an experiment as a Process Run Crate (RO-Crate 1.1), a folder for archives')
    .requiredOption('--experiment <name>', 'the experiment')
    .requiredOption('--out <folder>', 'the folder to write')
    .action(async ({ out, ...selection }: RunSelection & { out: string }) => {
      const { files } = await cli().withNotebook(async (bitlab) => {
        const { experimentId } = await runSelection(bitlab, selection);
        return callMethod(bitlab.handlers, 'exports.crate', { experimentId: experimentId! });
      });
      for (const { fileName, text } of files) await writeResult(join(out, fileName), text);
      cli().output.result(
        { folder: out, files: files.map(({ fileName }) => fileName) },
        () => `Wrote ${out}.`
      );
    });

  group
    .command('check')
    .description('say whether an exported file would still be the same')
    .argument('<record>', `the record beside it, FILE${recordEnding}`)
    .action(async (file: string) => {
      const { state, reasons } = await cli().call('exports.check', { record: await readRecord(file) });
      if (state === 'stale') cli().exitCode = 1;
      cli().output.result({ state, reasons }, () => [state, ...reasons].join('\n'));
    });

  group
    .command('again')
    .description('export a file again as it was exported')
    .argument('<record>', `the record beside it, FILE${recordEnding}`)
    .option('--out <file>', 'the file to write, with its record; otherwise the one that was written then')
    .action(async (file: string, { out }: { out?: string }) => {
      const { request } = await readRecord(file);
      const target = out ?? file.slice(0, file.endsWith(recordEnding) ? -recordEnding.length : undefined);
      await exported(cli(), target, async () => request);
    });
  group
    .command('sensitivity')
    .description('sensitivities, a row for each layer or tensor and bit width')
    .argument('<id>', 'or the name of its model')
    .addOption(new Option('--format <format>', 'the file format').choices(['csv', 'json']).default('csv'))
    .option('--out <file>', 'the file to write; otherwise the result is printed')
    .action(async (name: string, { format, out }: { format: 'csv' | 'json'; out?: string }) => {
      const table = await cli().withNotebook(async (bitlab) =>
        callMethod(bitlab.handlers, 'exports.sensitivity', {
          id: (await sensitivityNamed(bitlab, name)).id,
          format
        })
      );
      if (out === undefined) return void process.stdout.write(table.text);
      const file = await writeResult(out, table.text);
      cli().output.result({ file }, () => `Wrote ${file}.`);
    });
}

function selecting(command: Command): Command {
  return command
    .option('--experiment <name>', 'only those of an experiment')
    .option('--where <filter>', "a filter, such as 'weights.bits <= 4'");
}

/** Prints the files of a request, or writes them with their record. */
async function exported(
  cli: Cli,
  out: string | undefined,
  requestOf: (bitlab: Bitlab) => Promise<Request>
): Promise<void> {
  const made = await cli.withNotebook(async (bitlab) =>
    callMethod(bitlab.handlers, 'exports.make', await requestOf(bitlab))
  );
  if (out === undefined) {
    process.stdout.write(made.files.map(({ text }) => text).join('\n'));
    return;
  }
  const files = await writeExport(out, made);
  cli.output.result({ file: files[0], files }, () => `Wrote ${files.join(', ')}.`);
}

/** The first file goes where it was asked for, others beside it under their own endings. */
async function writeExport(out: string, { files, record }: Export): Promise<string[]> {
  const written: string[] = [];
  for (const [index, { fileName, text }] of files.entries()) {
    const ending = fileName.slice(fileName.lastIndexOf('.'));
    const path = index === 0 ? out : join(dirname(out), `${stem(out)}${ending}`);
    written.push(await writeResult(path, text));
  }
  const path = await writeResult(`${out}${recordEnding}`, `${JSON.stringify(record, null, 2)}\n`);
  return [...written, path];
}

/** The name of a file without its folder and its ending. */
function stem(path: string): string {
  return path.slice(dirname(path) === '.' ? 0 : dirname(path).length + 1).replace(/\.[^.]*$/, '');
}

async function readRecord(file: string): Promise<ExportRecord> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BitlabError('FILE_NOT_FOUND', { file }, { cause });
  }
  try {
    return ExportRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw new BitlabError('EXPORT_RECORD_INVALID', { file }, { cause });
  }
}

/** Throws for what is no number. */
function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It is no number.');
  return value;
}

const words = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
