import type { Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BitlabError } from '../../../../contract/index.ts';
import type { BinaryFile, CodeDifference, CodeMaps, Divergence } from '../../../../contract/index.ts';
import type { Cli } from '../cli.ts';
import { wholeNumber } from '../numbers.ts';
import { table } from '../output.ts';

/** What runs are in whole numbers. @param runs the group that the commands belong to */
export function addIntegerCommands(runs: Command, cli: () => Cli): void {
  runs
    .command('integers')
    .description(
      "write a run's integers: weights, biases, multipliers, golden codes, and check.py that recomputes them"
    )
    .argument('<id>')
    .requiredOption('--out <folder>', 'the folder to write')
    .option('--samples <n>', 'samples that the golden codes are of', '3')
    .action(async (id: string, { out, samples }: { out: string; samples: string }) => {
      const folder = resolve(out);
      const { files } = await cli().call('runs.integers', { id, samples: wholeNumber('--samples', samples) });
      for (const file of files) await write(join(folder, file.path), file);
      cli().output.result(
        { folder, files: files.length },
        () => `Wrote ${files.length} files to ${folder}; check them with: python3 ${join(out, 'check.py')}`
      );
    });

  runs
    .command('onnx')
    .description('write the quantized network as ONNX, with QuantizeLinear, Clip and DequantizeLinear')
    .argument('<id>')
    .requiredOption('--out <file>', 'the .onnx file to write')
    .action(async (id: string, { out }: { out: string }) => {
      const file = resolve(out);
      const model = await cli().call('runs.onnx', { id });
      await write(file, model);
      cli().output.result({ file }, () => `Wrote ${file}.`);
    });

  runs
    .command('divergence')
    .description(
      'compute a run simulated, in integers, and in integers with its accumulators; say where codes part'
    )
    .argument('<id>')
    .option('--samples <n>', 'how many samples are computed', '20')
    .option('--sample <number>', 'only this sample, with the place of each difference in --json')
    .action(async (id: string, { samples, sample }: { samples: string; sample?: string }) => {
      if (sample !== undefined) {
        const maps = await cli().call('runs.codeMaps', { id, sample: wholeNumber('--sample', sample) });
        cli().output.result(maps, () => describedSample(maps));
        return;
      }
      const found = await cli().call('runs.divergence', { id, samples: wholeNumber('--samples', samples) });
      cli().output.result(found, () => described(found));
    });
}

function described(found: Divergence): string {
  const { simulated, integer, limited } = found.predictions;
  const first = (name: string | null) => (name === null ? 'no layer' : name);
  return [
    differenceTable(found.accumulatorBits, found.layers),
    '',
    `Codes that leave the layers, of ${found.samples} samples, against integers in ample accumulators.`,
    `Simulated parts first at ${first(found.firstSimulated)}; accumulators of ${found.accumulatorBits} bits at ${first(found.firstLimited)}.`,
    `Recognized: simulated ${simulated.right}, integer ${integer.right}, with ${found.accumulatorBits} bits ${limited.right}; taken for another class than by the integers: simulated ${simulated.differing}, with ${found.accumulatorBits} bits ${limited.differing}.`
  ].join('\n');
}

const describedSample = ({ sample, accumulatorBits, layers }: CodeMaps) =>
  `${differenceTable(accumulatorBits, layers)}\n\nCodes that leave the layers, of sample ${sample}, against integers in ample accumulators.`;

function differenceTable(
  accumulatorBits: number,
  layers: readonly { name: string; simulated: CodeDifference; limited: CodeDifference }[]
): string {
  const percent = (share: number) => (share * 100).toFixed(4);
  return table(
    ['layer', 'simulated differs (%)', 'largest', `${accumulatorBits} bits differ (%)`, 'largest'],
    layers.map(({ name, simulated, limited }) => [
      name,
      percent(simulated.share),
      simulated.largest,
      percent(limited.share),
      limited.largest
    ])
  );
}

async function write(path: string, { base64 }: BinaryFile): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw new BitlabError('FILE_NOT_WRITTEN', { file: path, reason: (cause as Error).message }, { cause });
  }
}
