import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Handlers, type Overview } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { parseExperiment } from './experiment-text.ts';
import { experimentOf } from './experiments.ts';
import { designHash } from './plan.ts';

const recentLimit = 5;
/** The template that a first start shows. */
const firstTemplate = 'which-loss.yaml';

export function overviewHandlers(
  context: Context,
  queue: ExperimentQueue
): Pick<Handlers, 'notebook.overview' | 'notebook.verify' | 'notebook.backup'> {
  const { notebook } = context;
  return {
    'notebook.overview': async () => ({
      folder: notebook.folder,
      version: context.version,
      counts: {
        models: notebook.models.names().length,
        datasets: notebook.datasets.names().length,
        experiments: notebook.experiments.list().length,
        runs: notebook.runs.count()
      },
      recent: notebook.experiments.list(recentLimit).map((stored) => experimentOf(stored, queue)),
      templates: await templates(context)
    }),
    'notebook.verify': () => notebook.verify(),

    'notebook.backup': async () => {
      const file = join(
        notebook.folder,
        'backups',
        `notebook-${timestamp(context).replaceAll(':', '-')}.bitlab`
      );
      await notebook.backup(file);
      return { file };
    }
  };
}

/** The experiments that come with the program, each with the notebook's experiment that was made of it. */
async function templates(context: Context): Promise<Overview['templates']> {
  const folder = join(context.resources, 'experiments');
  const others = (await readdir(folder)).filter((name) => name.endsWith('.yaml') && name !== firstTemplate);
  const names = [firstTemplate, ...others.sort()];
  const found: Overview['templates'] = [];
  for (const name of names) {
    const { file } = parseExperiment(await readFile(join(folder, name), 'utf8'), {
      presets: context.presets
    });
    if (file === null) continue;
    const existing = context.notebook.experiments.byName(file.name);
    const same = existing !== null && existing.designHash === designHash(file);
    found.push({ id: name.replace(/\.yaml$/, ''), file, experimentId: same ? existing.id : null });
  }
  return found;
}
