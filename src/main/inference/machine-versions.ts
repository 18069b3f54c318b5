import { availableParallelism, cpus } from 'node:os';
import type { RunResult } from './run-job.ts';
import { onnxRuntimeVersion } from './session.ts';

/** What computes here: programs, processor and system, for the record. */
export function machineVersions(): Omit<RunResult['versions'], 'kernels'> {
  return {
    node: process.versions.node,
    onnxRuntime: onnxRuntimeVersion,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`,
    platform: `${process.platform}-${process.arch}`
  };
}
