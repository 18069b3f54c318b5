// Writes docs/quantization-methods.md from the runs of resources/experiments/which-method.yaml.
// usage: node tools/methods.ts HELD_OUT.json RUNS.json...
//   HELD_OUT.json as tools/held-out.ts writes it
//   RUNS.json from bitlab export runs --experiment "What does each method buy?" --shape wide --format json --out RUNS.json;
//   several, where notebooks shared the work
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { methodsPage, type ExportedRun, type HeldOut } from './documents/methods.ts';

const [heldOut, ...exports] = process.argv.slice(2);
if (heldOut === undefined || exports.length === 0)
  throw new Error('usage: node tools/methods.ts HELD_OUT.json RUNS.json...');
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const runs = exports.flatMap((path) => read(path) as ExportedRun[]);
const file = join(import.meta.dirname, '../docs/quantization-methods.md');
const page = methodsPage(runs, read(heldOut) as HeldOut[]);
writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
