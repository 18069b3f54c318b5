import type { ChosenFile } from '../client/index.ts';

/** Files on their way into the notebook, whatever screen is shown: each kind waits where its screen finds it. */
export class Intake {
  /** Models wait together for one dialog. */
  models = $state.raw<readonly ChosenFile[]>([]);
  /** Data sets, each of one or several files, and measurements wait for their dialog; the first one has it. */
  datasets = $state.raw<readonly (readonly ChosenFile[])[]>([]);
  measurements = $state.raw<readonly ChosenFile[]>([]);
  /** The text of an experiment file, for the design screen. */
  experiment = $state.raw<{ readonly fileName: string; readonly text: string } | null>(null);
}
