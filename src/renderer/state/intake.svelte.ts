import type { ChosenFile } from '../client/index.ts';
import { Imports } from './imports.svelte.ts';

/** Files on their way into the notebook, whatever screen is shown: each kind waits where its screen finds it. */
export class Intake {
  readonly models = new Imports();
  /** Data sets and measurements wait for their dialog; the first one has it. */
  datasets = $state.raw<readonly ChosenFile[]>([]);
  measurements = $state.raw<readonly ChosenFile[]>([]);
  /** The text of an experiment file, for the design screen. */
  experiment = $state.raw<{ readonly fileName: string; readonly text: string } | null>(null);
}
