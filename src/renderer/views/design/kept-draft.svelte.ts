import type { ExperimentFile } from '../../../contract/index.ts';
import type { KeptValue } from '../../state/kept.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';
import type { Draft } from './draft.svelte.ts';
import { newDesign } from './design-file.ts';

const name = 'design';

/**
 * Keeps a draft as it changes, and takes up what was kept by another window, unless something was begun here before that was
 * known. A text that cannot be read is kept beside the last design that could.
 */
export function keptDraft(notebook: Notebook, draft: Draft): Draft {
  const { kept } = notebook;
  const known = kept.get(name);
  if (isDraft(known)) draft.resume(known.file, known.text);
  $effect.root(() => {
    $effect(() => {
      const { file, textProblem, yaml } = draft;
      if (!draft.begun) return;
      const text = textProblem === null ? null : yaml;
      kept.set(name, JSON.parse(JSON.stringify({ file, text })) as KeptValue);
    });
  });
  return draft;
}

/** Whether a value has the shape of a design, finished or not; what its parts say is checked when it is planned. */
function isDraft(value: unknown): value is { file: ExperimentFile; text: string | null } {
  const { file, text } = (value ?? {}) as { file?: Record<string, unknown>; text?: unknown };
  if (typeof file !== 'object' || file === null) return false;
  if (text !== null && typeof text !== 'string') return false;
  const pattern = newDesign('', null);
  return Object.entries(pattern).every(
    ([key, usual]) => typeof file[key] === typeof usual && Array.isArray(file[key]) === Array.isArray(usual)
  );
}
