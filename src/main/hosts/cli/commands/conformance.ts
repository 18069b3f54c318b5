import type { Command } from 'commander';
import { join } from 'node:path';
import { BitlabError } from '../../../../contract/index.ts';
import type { Tensor } from '../../../numeric/tensor.ts';
import type { Cli } from '../cli.ts';
import { readText } from '../read-text.ts';

export function addConformanceCommand(program: Command, cli: () => Cli): void {
  program
    .command('conformance')
    .description("compare with PyTorch's own results, bit for bit")
    .argument('<folder>', 'what tools/torch_golden.py wrote: expected.json and tensors.npz')
    .action(async (folder: string) => {
      const { compareWithTorch } = await import('../../../experiments/conformance.ts');
      const { readNpz } = await import('../../../datasets/index.ts');
      const expected = parsed(await readText(join(folder, 'expected.json')));
      const arrays = await readNpz(join(folder, 'tensors.npz'));
      const tensors = new Map<string, Tensor<Float32Array>>();
      for (const [name, { shape, data }] of arrays)
        if (data instanceof Float32Array) tensors.set(name, { shape, data });
      const report = compareWithTorch(expected, tensors);
      const { total, matched, firstDifference: difference } = report;
      cli().output.result(report, () =>
        [
          `${matched} of ${total} records match PyTorch bit for bit.`,
          ...(difference === null
            ? []
            : [
                `First difference: ${difference.record}: ${difference.field}`,
                `  PyTorch: ${difference.expected}`,
                `  Bitlab:  ${difference.found}`
              ])
        ].join('\n')
      );
      if (matched < total) throw new BitlabError('CONFORMANCE_FAILED', { failed: total - matched, total });
    });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BitlabError('CONFORMANCE_UNREADABLE', { reason: 'expected.json is not JSON' }, { cause });
  }
}
