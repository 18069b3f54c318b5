import { CommanderError } from 'commander';
import { BitlabError, toReport } from '../../../contract/index.ts';
import { Cli } from './cli.ts';
import { Output } from './output.ts';
import { createProgram } from './program.ts';

/*
 * The command line. Results go to stdout; progress, notes and errors go to stderr.
 * Exit codes: 0 done, 1 something failed, 2 wrong usage.
 */

// The launcher tools/bitlab.mjs holds this channel open; where it was killed, nobody waits for the result any more.
if (process.channel !== undefined) {
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref();
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2));

async function run(words: readonly string[]): Promise<number> {
  let cli: Cli | null = null;
  const program = createProgram(() => {
    const { json = false, notebook } = program.opts<{ json?: boolean; notebook?: string }>();
    return (cli ??= new Cli(new Output(json), notebook));
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return (cli as Cli | null)?.exitCode ?? 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    // A command without its subcommand: the help was printed.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return 2;
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    new Output(words.includes('--json')).error(toReport(error));
    return error instanceof BitlabError ? error.exit : 1;
  }
}

/** Commander's `error: unknown option '--jsn'\n(Did you mean --json?)` as an error of the catalogue. */
function usageError({ message }: CommanderError): BitlabError {
  const text = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return new BitlabError('USAGE', { reason: text.charAt(0).toUpperCase() + text.slice(1) });
}
