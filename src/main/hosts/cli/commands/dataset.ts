import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import {
  BitlabError,
  DatasetFormat,
  preprocessingPresetNames,
  preprocessingPresets,
  type DatasetDetails,
  type MethodInput,
  type Preprocessing
} from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Bitlab } from '../../open.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { listing, table } from '../output.ts';
import { countedProgress } from '../progress.ts';
import { readText } from '../read-text.ts';

interface AddOptions {
  readonly name?: string;
  readonly format?: string;
  readonly coarse?: true;
  readonly preprocess?: string;
  readonly labels?: string;
}

export function addDatasetCommands(program: Command, cli: () => Cli): void {
  const dataset = program.command('dataset').description('the data sets in the notebook');

  dataset
    .command('add')
    .description(
      'import labelled pictures: an .npz with x and y, a pair of .npy or IDX files, binary files of CIFAR, a folder with a folder for each class or with a .csv of labels, or a .zip of these'
    )
    .argument('<path...>')
    .option('--name <name>', 'its name in the notebook; otherwise that of the first file')
    .addOption(formatOption())
    .option('--coarse', 'the coarse labels of CIFAR-100 instead of the fine ones')
    .option('--preprocess <preset or file>', preprocessHelp)
    .option('--labels <file>', 'a text file with the name of each class on a line of its own')
    .action(async (paths: string[], options: AddOptions) => {
      const request = await importRequest(paths, options);
      const added = await cli().withNotebook((bitlab) =>
        followImport(bitlab, { ...request, ...(options.name === undefined ? {} : { name: options.name }) })
      );
      cli().output.result(added, () =>
        [
          `Added the data set ${added.name}: ${added.samples} pictures, ${added.classes} classes.`,
          ...leftOutLines(added)
        ].join('\n')
      );
    });

  dataset
    .command('inspect')
    .description('say what an import would give, from labels and a few pictures; nothing is stored')
    .argument('<path...>')
    .addOption(formatOption())
    .option('--coarse', 'the coarse labels of CIFAR-100 instead of the fine ones')
    .option('--preprocess <preset or file>', preprocessHelp)
    .option('--labels <file>', 'a text file with the name of each class on a line of its own')
    .action(async (paths: string[], options: AddOptions) => {
      const preview = await cli().call('datasets.inspect', await importRequest(paths, options));
      const { pictures, ...facts } = preview;
      cli().output.result(facts, () =>
        [
          listing([
            ['format', preview.format],
            ['pictures', preview.samples],
            ['stored as', preview.storedShape.map((extent) => extent ?? 'various').join(' x ')],
            [
              'networks see',
              preview.shape?.join(' x ') ?? 'different sizes: give a preprocessing with a crop'
            ],
            ['looked at', `${pictures.length} pictures, ${preview.problems.length} of them broken`]
          ]),
          ...preview.problems.map(({ path, reason }) => `${path}: ${reason}`),
          '',
          table(
            ['class', 'name', 'pictures'],
            preview.classCounts.map((count, index) => [index, preview.classNames[index] ?? null, count])
          )
        ].join('\n')
      );
    });

  dataset
    .command('list')
    .description('list the data sets')
    .action(async () => {
      const datasets = await cli().call('datasets.list', {});
      cli().output.result(datasets, () =>
        table(
          ['name', 'pictures', 'shape', 'elements', 'classes'],
          datasets.map((each) => [
            each.name,
            each.samples,
            each.shape.join(' x '),
            each.elementType,
            each.classes
          ])
        )
      );
    });

  dataset
    .command('show')
    .description('show a data set')
    .argument('<name>')
    .action(async (name: string) => {
      const details = await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('dataset', await callMethod(handlers, 'datasets.list', {}), name);
        return callMethod(handlers, 'datasets.get', { id });
      });
      cli().output.result(details, () =>
        [
          listing([
            ['name', details.name],
            ['file', details.fileName],
            ['format', details.format],
            ['SHA-256', details.hash],
            ['pictures', details.samples],
            [
              'shape',
              `${details.shape.join(' x ')} (channels x height x width), stored as ${details.layout}`
            ],
            ['elements', details.elementType],
            ['preprocessing', described(details.preprocessing)],
            ['left out', details.leftOut.count === 0 ? null : `${details.leftOut.count} broken pictures`],
            ['runs', details.runCount]
          ]),
          '',
          table(
            ['class', 'name', 'pictures'],
            details.classCounts.map((count, index) => [index, details.classNames[index] ?? null, count])
          )
        ].join('\n')
      );
    });

  dataset
    .command('remove')
    .description('remove a data set that no run uses')
    .argument('<name>')
    .action(async (name: string) => {
      await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('dataset', await callMethod(handlers, 'datasets.list', {}), name);
        await callMethod(handlers, 'datasets.remove', { id });
      });
      cli().output.result({ removed: name }, () => `Removed the data set ${name}.`);
    });
}

const preprocessHelp = `a preset (${preprocessingPresetNames.join(', ')}), or a YAML or JSON file with channels, resize, centreCrop, scale, mean and std`;

const formatOption = () =>
  new Option('--format <format>', 'what the files are; otherwise found out').choices(DatasetFormat.options);

async function importRequest(paths: readonly string[], options: AddOptions) {
  const preprocessing = options.preprocess === undefined ? {} : await readPreprocessing(options.preprocess);
  const classNames = options.labels === undefined ? [] : await readClassNames(options.labels);
  return {
    source: { paths: paths.map((path) => resolve(path)) },
    ...(options.format === undefined ? {} : { format: DatasetFormat.parse(options.format) }),
    labels: options.coarse === true ? ('coarse' as const) : ('fine' as const),
    preprocessing,
    classNames
  };
}

/** Imports with a bar on stderr, as large folders take minutes. */
async function followImport(
  { handlers, subscribe }: Bitlab,
  request: MethodInput<'datasets.import'>
): Promise<DatasetDetails> {
  const display = countedProgress('%');
  const unsubscribe = subscribe((event) => {
    if (event.type === 'import-progress')
      display.update(Math.floor(event.fraction * 100), 100, null, 'checking pictures');
  });
  try {
    return await callMethod(handlers, 'datasets.import', request);
  } finally {
    unsubscribe();
    display.stop();
  }
}

function leftOutLines({ leftOut }: DatasetDetails): string[] {
  if (leftOut.count === 0) return [];
  return [
    `Left out ${leftOut.count} pictures that cannot be read:`,
    ...leftOut.first.slice(0, 10).map(({ path, reason }) => `  ${path}: ${reason}`)
  ];
}

function described({ channels, resize, centreCrop, scale, mean, std }: Preprocessing): string {
  const size = (extent: number | readonly [number, number]) =>
    typeof extent === 'number' ? extent : extent.join(' x ');
  return [
    ...(channels === undefined ? [] : [channels]),
    ...(resize === undefined ? [] : [`resize ${size(resize.size)} ${resize.filter}`]),
    ...(centreCrop === undefined ? [] : [`centre crop ${size(centreCrop)}`]),
    `(x * ${scale} - [${mean.join(', ')}]) / [${std.join(', ')}]`
  ].join(', ');
}

async function readPreprocessing(file: string): Promise<Preprocessing> {
  const preset = preprocessingPresetNames.find((name) => name === file);
  if (preset !== undefined) return preprocessingPresets[preset].preprocessing;
  const { parsePreprocessing } = await import('../../../experiments/preprocessing-file.ts');
  return parsePreprocessing(await readText(file), file);
}

async function readClassNames(file: string): Promise<string[]> {
  const names = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  const empty = names.indexOf('');
  if (names.length === 0 || empty >= 0)
    throw new BitlabError('USAGE', {
      reason: `The file ${file} has no class name on line ${empty < 0 ? 1 : empty + 1}`
    });
  return names;
}
