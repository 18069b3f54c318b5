import { BitlabError } from '../../contract/index.ts';
import { noMeasurements, type AcceleratorContext } from '../simulation/accelerator/index.ts';

/** Where the noise of links and imported measurements come from. */
export type HardwareSources = Omit<AcceleratorContext, 'seed'>;

/** Without a model of links and without measurements: both are refused where a configuration names them. */
export const noHardwareSources: HardwareSources = {
  linkNoise: () => {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: 'The noise of an optical link is not known here',
      advice: 'Set accelerator.link: null, and give the noise as plain deviations.'
    });
  },
  measurements: noMeasurements
};
