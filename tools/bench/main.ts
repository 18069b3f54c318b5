// Measures the ratios that Bitlab promises, in one run, on one thread, and writes docs/benchmarks.md.
// usage: npm run bench [-- WORDS...]   with words only the rows whose names have all of them, which are printed, not written
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { onnxRuntimeVersion } from '../../src/main/inference/session.ts';
import { acceleratorRows } from './accelerator.ts';
import { memoryRows } from './memory.ts';
import { networkRows } from './network-rows.ts';
import { roundingRows } from './rounding.ts';
import { rowTable } from './row.ts';
import { largeNetwork, sampleNetwork } from './subjects.ts';
import { sensitivityRows } from './sensitivity.ts';

const words = process.argv.slice(2);
const rows = [
  ...(await networkRows('sample network, 32x32', sampleNetwork, words)),
  ...(await roundingRows('sample network, 32x32', sampleNetwork, words)),
  ...(await sensitivityRows('sample network, 32x32', sampleNetwork, words)),
  ...(await acceleratorRows('sample network, 32x32', sampleNetwork, words)),
  ...(await networkRows('ResNet-18, 224x224, random weights', largeNetwork, words)),
  ...(await memoryRows('ResNet-18, 224x224, random weights', words))
];
const lines = [
  '# Benchmarks',
  '',
  'Written by `npm run bench`: ratios measured in one run, one thread, the shortest of several repeats that take turns.',
  '',
  `Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}; Node ${process.versions.node}; ONNX Runtime ${onnxRuntimeVersion}.`,
  '',
  ...rowTable(rows),
  ''
];
if (words.length === 0) {
  writeFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), lines.join('\n'));
}
console.log(rows.length === 0 ? `No row has: ${words.join(' ')}` : lines.join('\n'));
