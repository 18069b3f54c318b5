import type { Command } from 'commander';
import { resolve } from 'node:path';
import { BitlabError } from '../../../../contract/index.ts';
import type { Preprocessing } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { listing, table } from '../output.ts';
import { readText } from '../read-text.ts';

interface AddOptions {
  readonly name?: string;
  readonly preprocess?: string;
  readonly labels?: string;
}

export function addDatasetCommands(program: Command, cli: () => Cli): void {
  const dataset = program.command('dataset').description('the data sets in the notebook');

  dataset
    .command('add')
    .description('import a labelled data set: an .npz with pictures x and labels y')
    .argument('<file>')
    .option('--name <name>', 'its name in the notebook; otherwise that of the file')
    .option('--preprocess <file>', 'YAML or JSON with scale, mean and std: (x * scale - mean) / std')
    .option('--labels <file>', 'a text file with the name of each class on a line of its own')
    .action(async (file: string, options: AddOptions) => {
      const preprocessing =
        options.preprocess === undefined ? {} : await readPreprocessing(options.preprocess);
      const classNames = options.labels === undefined ? [] : await readClassNames(options.labels);
      const added = await cli().call('datasets.import', {
        source: { path: resolve(file) },
        ...(options.name === undefined ? {} : { name: options.name }),
        preprocessing,
        classNames
      });
      cli().output.result(
        added,
        () => `Added the data set ${added.name}: ${added.samples} pictures, ${added.classes} classes.`
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
      const { scale, mean, std } = details.preprocessing;
      cli().output.result(details, () =>
        [
          listing([
            ['name', details.name],
            ['file', details.fileName],
            ['SHA-256', details.hash],
            ['pictures', details.samples],
            [
              'shape',
              `${details.shape.join(' x ')} (channels x height x width), stored as ${details.layout}`
            ],
            ['elements', details.elementType],
            ['preprocessing', `(x * ${scale} - [${mean.join(', ')}]) / [${std.join(', ')}]`],
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

async function readPreprocessing(file: string): Promise<Preprocessing> {
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
