import type { Command } from 'commander';
import { resolve } from 'node:path';
import { BitlabError, fitSentences } from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import type { Cli } from '../cli.ts';
import { findByName } from '../find-by-name.ts';
import { wholeNumber } from '../numbers.ts';
import { listing, table } from '../output.ts';

export function addModelCommands(program: Command, cli: () => Cli): void {
  const model = program.command('model').description('the models in the notebook');

  model
    .command('add')
    .description('import an ONNX model')
    .argument('<file>', 'a trained model, float32, with its weights inside or in files beside it')
    .option('--name <name>', 'its name in the notebook; otherwise that of the file')
    .option('--output <name>', 'of several outputs the one that counts; by default the first')
    .option('--tag <key=value>', 'a tag; may be given several times', collectTag, {})
    .action(
      async (file: string, options: { name?: string; output?: string; tag: Record<string, string> }) => {
        const { output } = cli();
        const added = await cli().call('models.import', {
          source: { path: resolve(file) },
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.output === undefined ? {} : { output: options.output }),
          tags: options.tag
        });
        output.result(added, () =>
          [
            `Added the model ${added.name}: ${added.layerCount} layers, ${added.classes} classes.`,
            ...(added.notes ?? [])
          ].join('\n')
        );
      }
    );

  model
    .command('list')
    .description('list the models')
    .action(async () => {
      const models = await cli().call('models.list', {});
      cli().output.result(models, () =>
        table(
          ['name', 'input', 'classes', 'layers', 'parameters', 'MACs', 'tags'],
          models.map((each) => [
            each.name,
            each.inputShape.join(' x '),
            each.classes,
            each.layerCount,
            each.parameters,
            each.macs,
            tagText(each.tags)
          ])
        )
      );
    });

  model
    .command('show')
    .description('show a model and its layers')
    .argument('<name>')
    .action(async (name: string) => {
      const details = await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('model', await callMethod(handlers, 'models.list', {}), name);
        return callMethod(handlers, 'models.get', { id });
      });
      cli().output.result(details, () =>
        [
          listing([
            ['name', details.name],
            ['file', details.fileName],
            ['SHA-256', details.hash],
            ['producer', details.producer],
            ['opset', details.opset],
            ['input', details.inputShape.join(' x ')],
            ['classes', details.classes],
            ['parameters', details.parameters],
            ['MACs', details.macs],
            ['in float', details.floatOperators.join(', ') || 'nothing'],
            ['runs', details.runCount]
          ]),
          '',
          table(
            ['layer', 'operator', 'fused', 'weights', 'output', 'MACs'],
            details.layers.map((layer) => [
              layer.name,
              layer.operator,
              layer.fused,
              layer.weightShape.join(' x '),
              layer.outputShape.join(' x '),
              layer.macs
            ])
          )
        ].join('\n')
      );
    });

  model
    .command('check')
    .description(
      'see on a few samples whether a data set fits a model, and is preprocessed as it was trained'
    )
    .argument('<name>')
    .requiredOption('--data <name>', 'the data set')
    .option('--samples <count>', 'how many samples are looked at', '64')
    .action(async (name: string, options: { data: string; samples: string }) => {
      const samples = wholeNumber('--samples', options.samples);
      const check = await cli().withNotebook(async ({ handlers }) => {
        const model = findByName('model', await callMethod(handlers, 'models.list', {}), name).id;
        const dataset = findByName(
          'dataset',
          await callMethod(handlers, 'datasets.list', {}),
          options.data
        ).id;
        return callMethod(handlers, 'models.checkFit', { model, dataset, samples });
      });
      cli().output.result(check, () => fitSentences(check).join('\n'));
    });

  model
    .command('remove')
    .description('remove a model that no run uses')
    .argument('<name>')
    .action(async (name: string) => {
      await cli().withNotebook(async ({ handlers }) => {
        const { id } = findByName('model', await callMethod(handlers, 'models.list', {}), name);
        await callMethod(handlers, 'models.remove', { id });
      });
      cli().output.result({ removed: name }, () => `Removed the model ${name}.`);
    });
}

function collectTag(text: string, tags: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new BitlabError('USAGE', { reason: `The tag ${text} is not of the form key=value` });
  return { ...tags, [text.slice(0, at)]: text.slice(at + 1) };
}

function tagText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
