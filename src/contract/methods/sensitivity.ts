import { z } from 'zod';
import { Experiment, Identifier } from '../entities.ts';
import { ExperimentFile } from '../experiment-file.ts';
import {
  BitChoices,
  BitChoiceSettings,
  BitExperimentSettings,
  Sensitivity,
  SensitivityDetails,
  SensitivityRequest
} from '../sensitivity.ts';
import { byId, done, nothing } from './usual-shapes.ts';

/** What one layer at a time costs, and bits within a budget. */
export const sensitivityMethods = {
  'sensitivity.list': { input: nothing, output: z.array(Sensitivity) },
  'sensitivity.get': { input: byId, output: SensitivityDetails },
  /** Stores what is asked for and starts it; returns at once. What is measured already under these conditions is not measured again. */
  'sensitivity.start': { input: SensitivityRequest, output: Sensitivity },
  'sensitivity.resume': { input: byId, output: Sensitivity },
  'sensitivity.cancel': { input: byId, output: Sensitivity },
  'sensitivity.remove': { input: byId, output: done },
  /** Bits for each layer within budgets, and what uniform widths amount to. */
  'sensitivity.choose': {
    input: BitChoiceSettings.extend({ id: Identifier }),
    output: BitChoices
  },
  /** The experiment file that verifies chosen bits beside uniform widths. */
  'sensitivity.design': {
    input: BitExperimentSettings.extend({ id: Identifier }),
    output: z.object({ file: ExperimentFile })
  },
  /** Runs that experiment, and remembers that it belongs to these sensitivities. */
  'sensitivity.verify': {
    input: BitExperimentSettings.extend({ id: Identifier }),
    output: Experiment
  }
} as const;
