import type { Notebook } from '../../state/notebook.svelte.ts';
import type { Draft } from './draft.svelte.ts';

/** Takes the experiment file that was dropped on the window, if there is one; what is wrong with it is shown at its text. */
export function takeGivenFile(notebook: Notebook, draft: Draft): void {
  const given = notebook.intake.experiment;
  if (given === null) return;
  notebook.intake.experiment = null;
  void notebook.attempt(async () => {
    const { file } = await notebook.call('experiments.parse', { text: given.text });
    if (file === null) draft.changeText(given.text);
    else draft.start(file, `the file ${given.fileName}`);
  });
}
