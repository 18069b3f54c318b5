import { BitlabError } from '../../contract/index.ts';
import type { LinkNoise } from '../simulation/accelerator/index.ts';
import type { OpenMeasurement } from './run-job.ts';

/** Where the noise of links and imported measurements come from. */
export interface HardwareSources {
  readonly linkNoise: LinkNoise;
  readonly openMeasurement: OpenMeasurement;
}

/** Without a model of links and without measurements: both are refused where a configuration names them. */
export const noHardwareSources: HardwareSources = {
  linkNoise: () => {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: 'The noise of an optical link is not known here',
      advice: 'Set accelerator.link: null, and give the noise as plain deviations.'
    });
  },
  openMeasurement: async ({ name }) => {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The measurement ${name} cannot be read here`,
      advice: 'Leave the setting out that names it.'
    });
  }
};
