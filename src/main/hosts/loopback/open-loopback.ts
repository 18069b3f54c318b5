import { openBitlab } from '../open.ts';
import { runnerEntry } from '../program-folder.ts';
import { forkRunner } from '../runner/fork-runner.ts';
import { startLoopback } from './server.ts';
import type { Loopback } from './server.ts';
import { Uploads } from './uploads.ts';

/** The largest file that can be uploaded; data sets of more are refused anyway. */
const uploadLimitBytes = 2 ** 32;

/** Opens a notebook, with the samples in it, and serves it to a browser. Closing closes both. */
export async function openLoopback(options: {
  readonly folder: string;
  readonly port: number;
  readonly interfaceFolder: string;
}): Promise<Loopback> {
  const uploads = new Uploads(uploadLimitBytes);
  try {
    const bitlab = await openBitlab({
      folder: options.folder,
      samples: true,
      startRunner: () => forkRunner(runnerEntry),
      uploads,
      allowPath: () => false
    });
    try {
      const { handlers, subscribe } = bitlab;
      const { interfaceFolder, port } = options;
      const host = await startLoopback({ handlers, subscribe, uploads, interfaceFolder, port });
      return {
        ...host,
        async close() {
          await host.close();
          await bitlab.close();
          await uploads.close();
        }
      };
    } catch (error) {
      await bitlab.close();
      throw error;
    }
  } catch (error) {
    await uploads.close();
    throw error;
  }
}
