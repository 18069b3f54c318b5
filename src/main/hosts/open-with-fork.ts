import { openBitlab } from './open.ts';
import type { Bitlab } from './open.ts';
import { runnerEntry } from './program-folder.ts';
import { forkRunner } from './runner/fork-runner.ts';
import { noUploads } from './no-uploads.ts';

/** Opens a notebook for the command line: any path may be named, and the computing process is a child of Node. */
export function openWithFork(folder: string, { samples }: { samples: boolean }): Promise<Bitlab> {
  return openBitlab({
    folder,
    samples,
    startRunner: () => forkRunner(runnerEntry),
    uploads: noUploads,
    allowPath: () => true
  });
}
