import {
  BitlabError,
  type BitChoices,
  type BitChoiceSettings,
  type BitExperimentSettings,
  type ExperimentFile,
  type Handlers
} from '../../contract/index.ts';
import { BitSearch } from '../quantization/mixed-precision/index.ts';
import { bitExperiment } from './bit-experiment.ts';
import type { Context } from './context.ts';
import { withPauses } from './pauses.ts';
import { designHash } from './plan.ts';
import { sensitivityDetails, sensitivityWithId } from './sensitivities.ts';
import type { SensitivityQueue } from './sensitivity-queue.ts';

type BitChoiceHandlers = Pick<Handlers, 'sensitivity.choose' | 'sensitivity.design' | 'sensitivity.verify'>;

/** Chooses bits from sensitivities, and verifies them by an ordinary experiment. */
export function bitChoiceHandlers(
  context: Context,
  queue: SensitivityQueue,
  run: Handlers['experiments.run']
): BitChoiceHandlers {
  const { notebook } = context;
  const design = async (id: string, settings: BitExperimentSettings): Promise<ExperimentFile> => {
    const details = sensitivityDetails(context, queue, sensitivityWithId(notebook, id));
    const chosen = await chosenBits(context, queue, id, settings);
    if (settings.name !== undefined) return bitExperiment(settings.name, details, settings, chosen);
    // The same design keeps its name; another one gets the next number.
    for (let number = 1; ; number++) {
      const name = `Mixed bits of ${details.model}`.slice(0, 110) + (number === 1 ? '' : ` ${number}`);
      const file = bitExperiment(name, details, settings, chosen);
      const existing = notebook.experiments.byName(name);
      if (existing === null || existing.designHash === designHash(file)) return file;
    }
  };
  return {
    'sensitivity.choose': async ({ id, ...settings }) => chosenBits(context, queue, id, settings),

    'sensitivity.design': async ({ id, ...settings }) => ({ file: await design(id, settings) }),

    'sensitivity.verify': async ({ id, ...settings }) => {
      const experiment = await run({ file: await design(id, settings) });
      notebook.sensitivities.addExperiment(id, experiment.id);
      context.emit({ type: 'changed', kind: 'sensitivities' });
      return experiment;
    }
  };
}

/** @throws SENSITIVITY_NOT_FOUND, SENSITIVITY_UNFINISHED, BUDGET_TOO_SMALL, CONFIGURATION_* */
async function chosenBits(
  context: Context,
  queue: SensitivityQueue,
  id: string,
  settings: BitChoiceSettings
): Promise<BitChoices> {
  const details = sensitivityDetails(context, queue, sensitivityWithId(context.notebook, id));
  const { model, done, total } = details;
  if (total === null || done < total)
    throw new BitlabError('SENSITIVITY_UNFINISHED', { id, model, done, total: total ?? 'all' });
  const asked = details.units.filter(({ subject }) => details.subjects.includes(subject));
  const search = new BitSearch({ ...details, units: asked }, settings);
  for await (const _ of withPauses(search.solving()));
  return search.choices();
}
