import { catalogue } from './catalogue.ts';

/** What can be wrong with an accelerator's preset, its light and its cost. */
export const photonicErrors = catalogue({
  ACCELERATOR_PRESET_UNKNOWN: {
    sentence: 'There is no accelerator preset named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  ACCELERATOR_NO_LINK: {
    sentence: 'The accelerator has no optical link, so nothing is known of its rate, its light and its cost.',
    remedy: 'Choose a photonic preset such as holylight-mam, or give it a link under accelerator.link.',
    exit: 2
  },
  ACCELERATOR_UNREACHABLE: {
    sentence: 'No tile reaches {bits} bits at {rate} GS/s: {reason}.',
    remedy: '{advice}',
    exit: 2
  },
  ACCELERATOR_RATE_UNKNOWN: {
    sentence: 'No ADC is known for {rate} GS/s: the published ones run at {least} to {most} GS/s.',
    remedy:
      'Choose a rate between them, or give power and area of your own in accelerator.cost: adcPowerMilliwatt, adcAreaSquareMillimetre.',
    exit: 2
  }
});
