import type { MethodInput, MethodName, MethodOutput } from '../../../contract/index.ts';
import { callMethod } from '../call-method.ts';
import { notebookFolder } from '../notebook-folder.ts';
import type { Bitlab } from '../open.ts';
import type { Output } from './output.ts';

/** What every command gets. The notebook is opened only by commands that need it, so that the others start quickly. */
export class Cli {
  readonly output: Output;
  readonly folder: string;
  /** Set by commands that did their work and found something wrong. */
  exitCode: 0 | 1 = 0;

  constructor(output: Output, notebook: string | undefined) {
    this.output = output;
    this.folder = notebookFolder(notebook);
  }

  /** Opens the notebook, with the sample models and data in it where asked for, and closes it whatever happens. */
  async withNotebook<T>(
    work: (bitlab: Bitlab) => Promise<T>,
    options: { samples: boolean } = { samples: false }
  ): Promise<T> {
    const { openWithFork } = await import('../open-with-fork.ts');
    const bitlab = await openWithFork(this.folder, options);
    try {
      return await work(bitlab);
    } finally {
      await bitlab.close();
    }
  }

  /** One call of a method, for commands that need no more. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    return this.withNotebook((bitlab) => callMethod(bitlab.handlers, method, input));
  }
}
