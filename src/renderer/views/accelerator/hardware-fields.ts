import { settingNamed, settingWords } from '../../figures/setting-docs.ts';

/** One setting of an accelerator as the screen offers it: a number, or one of a few words. */
export interface HardwareField {
  /** Dotted, within the accelerator. */
  readonly path: string;
  readonly label: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Fractions are allowed where it is `any`. */
  readonly step?: 'any';
  readonly choices?: readonly string[];
  /** What an empty field stands for. */
  readonly empty?: string;
}

export interface HardwareGroup {
  readonly title: string;
  readonly fields: readonly HardwareField[];
}

const loss = (path: string, label: string): HardwareField => ({
  path: `link.${path}`,
  label,
  unit: 'dB',
  min: 0,
  step: 'any'
});

/** In the order in which signals pass. What is not here can be said in an experiment file. */
export const hardwareGroups: readonly HardwareGroup[] = [
  {
    title: 'Array',
    fields: [
      { path: 'tile', label: 'N, elements of a unit', min: 1, max: 65536 },
      { path: 'units', label: 'M, units', min: 1, max: 65536, empty: 'as many as N' },
      { path: 'cost.arrays', label: 'Arrays', min: 1, max: 65536 },
      {
        path: 'slicing.activations',
        label: 'Slices of activations',
        unit: 'bits',
        min: 1,
        max: 16,
        empty: 'whole'
      },
      { path: 'slicing.weights', label: 'Slices of weights', unit: 'bits', min: 1, max: 16, empty: 'whole' },
      { path: 'signs', label: 'Signs', choices: ['differential', 'differential-digital', 'offset'] },
      { path: 'cost.tuning', label: 'Tuning', choices: ['electro-optic', 'thermo-optic'] }
    ]
  },
  {
    title: 'Light',
    fields: [
      { path: 'link.organization', label: 'Organization', choices: ['MAM', 'AMM'] },
      { path: 'link.rateGigasamplesPerSecond', label: 'Rate', unit: 'GS/s', min: 0, step: 'any' },
      { path: 'link.laserPowerDbm', label: 'Laser', unit: 'dBm', step: 'any' },
      { path: 'link.wallPlugEfficiency', label: 'Wall-plug efficiency', min: 0, max: 1, step: 'any' },
      {
        path: 'link.relativeIntensityNoiseDbPerHz',
        label: 'Intensity noise',
        unit: 'dB/Hz',
        max: 0,
        step: 'any'
      }
    ]
  },
  {
    title: 'Losses',
    fields: [
      { path: 'link.waveguideLossDbPerMm', label: 'Waveguide', unit: 'dB/mm', min: 0, step: 'any' },
      { path: 'link.ringPitchUm', label: 'Ring pitch', unit: 'µm', min: 0, step: 'any' },
      {
        path: 'link.elementLengthUm',
        label: 'Further length of an element',
        unit: 'µm',
        min: 0,
        step: 'any',
        empty: 'as the organization'
      },
      loss('couplerLossDb', 'Coupler'),
      loss('modulatorLossDb', 'Modulator'),
      loss('modulatorOutOfBandLossDb', 'Other modulator passed'),
      loss('splitterLossDb', 'Stage of the splitter'),
      loss('weightRingLossDb', 'Weight ring'),
      loss('weightRingOutOfBandLossDb', 'Other weight ring passed'),
      { ...loss('penaltyDb', 'Penalty of the network'), empty: 'as the organization' }
    ]
  },
  {
    title: 'Detector',
    fields: [
      { path: 'link.responsivityAmperePerWatt', label: 'Responsivity', unit: 'A/W', min: 0, step: 'any' },
      { path: 'link.loadOhm', label: 'Load', unit: 'Ω', min: 0, step: 'any' },
      { path: 'link.darkCurrentAmpere', label: 'Dark current', unit: 'A', min: 0, step: 'any' },
      { path: 'link.temperatureKelvin', label: 'Temperature', unit: 'K', min: 0, step: 'any' }
    ]
  },
  {
    title: 'Converter',
    fields: [
      { path: 'adc.bits', label: 'ADC', unit: 'bits', min: 1, max: 24, empty: 'ideal' },
      { path: 'adc.range', label: 'Range', choices: ['full-scale', 'calibrated', 'fixed'] },
      {
        path: 'cost.adcPowerMilliwatt',
        label: 'Power of an ADC',
        unit: 'mW',
        min: 0,
        step: 'any',
        empty: 'published'
      },
      {
        path: 'cost.adcAreaSquareMillimetre',
        label: 'Area of an ADC',
        unit: 'mm²',
        min: 0,
        step: 'any',
        empty: 'published'
      }
    ]
  }
];

/** What the contract says of a setting of the hardware, in plain words. */
export function aboutField(path: string): string {
  return settingWords(settingNamed(`accelerator.${path}`)?.description ?? '')
    .replaceAll('`', '')
    .replace(/\bnull\b/g, 'empty');
}
