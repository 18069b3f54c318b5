#!/usr/bin/env node
// The command line, from any Node of 20 or later: compiles the kernels where they are older than their sources, and finds the
// pinned Node, which runs the TypeScript sources as they are.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildKernels } from './build-kernels.mjs';
import { nodeBinary } from './node-binary.mjs';
import { runChild } from './run-child.mjs';

const main = join(import.meta.dirname, '../src/main/hosts/cli/main.ts');
const node = nodeBinary();
await buildKernels();

if (realpathSync(node) === realpathSync(process.execPath)) await import(pathToFileURL(main).href);
// The fourth channel tells the command when this launcher was killed.
else runChild(node, [main, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
