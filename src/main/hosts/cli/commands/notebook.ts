import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { Cli } from '../cli.ts';

export function addNotebookCommands(program: Command, cli: () => Cli): void {
  program
    .command('verify')
    .description('check the whole notebook: tables, references, and the hash of every stored file')
    .action(async () => {
      const found = await cli().call('notebook.verify', {});
      if (!found.sound) cli().exitCode = 1;
      cli().output.result(found, () =>
        found.sound
          ? `The notebook is sound: ${found.blobs} stored files match their hashes.`
          : found.problems.join('\n')
      );
    });

  program
    .command('backup')
    .description('copy the whole notebook into one file')
    .argument('<file>')
    .action(async (file: string) => {
      const target = resolve(file);
      await cli().withNotebook((bitlab) => bitlab.notebook.backup(target));
      cli().output.result({ file: target }, () => `Wrote ${target}.`);
    });

  program
    .command('restore')
    .description('make the notebook what it was at a backup; what is there now is moved aside')
    .argument('<file>')
    .action(async (file: string) => {
      const { folder, output } = cli();
      const { restoreFrom } = await import('../../restore.ts');
      const replaced = await restoreFrom(resolve(file), folder);
      const aside = replaced === null ? '' : ` What was there before is in ${replaced}.`;
      output.result({ folder, replaced }, () => `Restored ${folder}.${aside}`);
    });
}
