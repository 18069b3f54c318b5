import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { interfaceFolder } from '../../program-folder.ts';
import type { Cli } from '../cli.ts';

export function addServeCommand(program: Command, cli: () => Cli): void {
  program
    .command('serve')
    .description('open the notebook to a browser on this machine')
    .option('--port <number>', 'the port on 127.0.0.1; otherwise a free one', portNumber, 0)
    .option('--open', 'open the browser')
    .action(async (options: { port: number; open?: boolean }) => {
      const { output, folder } = cli();
      const { openLoopback } = await import('../../loopback/open-loopback.ts');
      const host = await openLoopback({ folder, port: options.port, interfaceFolder });
      const text = `The notebook is open at ${host.address}\nEnd with Ctrl+C.`;
      output.result({ address: host.address, folder }, () => text);
      if (options.open === true) {
        const { openInBrowser } = await import('../../open-in-browser.ts');
        openInBrowser(host.address);
      }
      await interrupted();
      await host.close();
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return port;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
