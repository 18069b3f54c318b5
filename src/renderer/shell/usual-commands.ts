import { importGroups } from '../state/import-groups.ts';
import type { Command } from '../state/commands.svelte.ts';
import type { Notebook } from '../state/notebook.svelte.ts';
import { saveExport } from '../views/runs/save-export.ts';
import { places } from './places.ts';

/** The commands that there are on every screen. */
export function usualCommands(notebook: Notebook): readonly Command[] {
  const { commands, router, preferences } = notebook;
  return [
    {
      id: 'palette',
      title: 'Find anything: screens, experiments, runs, models, data, commands',
      keys: ['Mod+k'],
      whileTyping: true,
      keysOnly: true,
      run: () => (commands.overlay = 'palette')
    },
    ...places.map(({ screen, label, key }) => ({
      id: `go-${screen}`,
      title: `Go to ${label}`,
      keys: ['g', key],
      run: () => router.go(screen)
    })),
    {
      id: 'go-measurements',
      title: 'Go to Measurements',
      keys: ['g', 't'],
      run: () => router.go('measurements')
    },
    {
      id: 'new-experiment',
      title: 'New experiment',
      words: 'design create start',
      run: () => router.go('design', null, { new: '1' })
    },
    {
      id: 'import-models',
      title: 'Import models …',
      words: 'add onnx network open',
      run: async () => {
        const files = await notebook.chooseFiles('model');
        if (files.length === 0) return;
        notebook.intake.models = files;
        router.go('models');
      }
    },
    {
      id: 'import-data',
      title: 'Import data …',
      words: 'add data set pictures open',
      run: async () => {
        const files = await notebook.chooseFiles('dataset');
        if (files.length === 0) return;
        notebook.intake.datasets = importGroups(files);
        router.go('data');
      }
    },
    {
      id: 'import-measurement',
      title: 'Import a measurement …',
      words: 'add csv table noise',
      run: async () => {
        const files = await notebook.chooseFiles('measurement');
        if (files.length === 0) return;
        notebook.intake.measurements = files;
        router.go('measurements');
      }
    },
    ...(['tidy', 'wide'] as const).map((shape) => ({
      id: `export-${shape}`,
      title: `Export all runs as CSV, one row for each ${shape === 'tidy' ? 'number (tidy)' : 'run (wide)'}`,
      words: 'save download table',
      run: () =>
        notebook.attempt(async () =>
          saveExport(await notebook.call('exports.make', { kind: 'runs', shape, format: 'csv' }))
        )
    })),
    {
      id: 'backup',
      title: 'Back up the notebook',
      words: 'save copy archive',
      run: () =>
        notebook.attempt(async () => {
          const { file } = await notebook.call('notebook.backup', {});
          notebook.notices.done(`The backup is in ${file}.`);
        })
    },
    { id: 'undo', title: 'Undo', keys: ['Mod+z'], run: () => notebook.undo() },
    {
      id: 'redo',
      title: 'Do again what was undone',
      words: 'redo',
      keys: ['Mod+Shift+z'],
      run: () => notebook.redo()
    },
    {
      id: 'theme',
      title: 'Toggle between light and dark',
      words: 'theme colours appearance',
      run: () =>
        notebook.attempt(() => preferences.set({ theme: preferences.theme === 'dark' ? 'light' : 'dark' }))
    },
    {
      id: 'contrast',
      title: 'Toggle high contrast',
      words: 'theme appearance',
      run: () =>
        notebook.attempt(() =>
          preferences.set({ contrast: preferences.settings.contrast === 'more' ? 'system' : 'more' })
        )
    },
    {
      id: 'copy-link',
      title: 'Copy a link to what is shown',
      words: 'address url share',
      keys: ['y'],
      run: () => copyLink(notebook)
    },
    ...zoomCommands(notebook),
    {
      id: 'search',
      title: 'Filter the table of the screen',
      keys: ['/'],
      keysOnly: true,
      run: () => document.querySelector<HTMLElement>('main [data-search]')?.focus()
    },
    {
      id: 'shortcuts',
      title: 'Show this list',
      words: 'keyboard shortcuts keys help',
      keys: ['?'],
      run: () => (commands.overlay = 'shortcuts')
    }
  ];
}

/** The address within Bitlab: it also leads there from the palette, into which it can be pasted. */
async function copyLink({ notices }: Notebook): Promise<void> {
  const link = location.protocol === 'http:' ? location.href : location.hash;
  try {
    await navigator.clipboard.writeText(link);
    notices.done(`Copied ${link}`);
  } catch {
    notices.note(`The clipboard cannot be written. The link is ${link}`);
  }
}

function zoomCommands({ zoom }: Notebook): readonly Command[] {
  if (zoom === null) return [];
  const steps = [
    { step: 'in', title: 'Zoom in', key: 'Mod+=' },
    { step: 'in', title: 'Zoom in', key: 'Mod++' },
    { step: 'out', title: 'Zoom out', key: 'Mod+-' },
    { step: 'reset', title: 'Zoom to the usual size', key: 'Mod+0' }
  ] as const;
  return steps.map(({ step, title, key }) => ({
    id: `zoom-${key}`,
    title,
    words: 'larger smaller size',
    keys: [key],
    whileTyping: true,
    keysOnly: key === 'Mod+=',
    run: () => zoom(step)
  }));
}
