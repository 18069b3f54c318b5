// usage: npm run kernels   compiles the WebAssembly kernels that are older than their sources; -- --force compiles all
import { buildKernels } from './build-kernels.mjs';

await buildKernels({ force: process.argv.includes('--force') });
