import type { Dataset, MethodInput, Model, SensitivitySubject } from '../../../contract/index.ts';

/** What the form for new sensitivities holds. */
export interface MeasureForm {
  readonly model: string;
  readonly evaluate: string;
  /** null stands for all. */
  readonly samples: number | null;
  readonly calibrate: string;
  readonly calibrationSamples: number;
  readonly bits: readonly number[];
  readonly subjects: 'both' | SensitivitySubject;
  readonly granularity: string;
  readonly weightRange: string;
  readonly observer: string;
}

/**
 * The form as it is first shown. Sensitivities are measured on calibration pictures where there are any, so that the pictures on
 * which chosen bits are verified have not been used to choose them.
 */
export function firstForm(
  models: readonly Model[],
  datasets: readonly Dataset[],
  model: string | undefined
): MeasureForm {
  const names = datasets.map(({ name }) => name);
  const calibrate = names.find((name) => /calib/i.test(name)) ?? names[0] ?? '';
  return {
    model: model ?? models[0]?.name ?? '',
    evaluate: calibrate,
    samples: 512,
    calibrate,
    calibrationSamples: 512,
    bits: [8, 7, 6, 5, 4, 3, 2],
    subjects: 'both',
    granularity: 'channel',
    weightRange: 'minmax',
    observer: 'mse'
  };
}

/** What the form asks for. */
export function requestOf(form: MeasureForm): MethodInput<'sensitivity.start'> {
  return {
    model: form.model,
    evaluate: form.evaluate,
    samples: form.samples ?? 'all',
    calibrate: form.calibrate,
    calibrationSamples: form.calibrationSamples,
    configuration: {
      weights: { granularity: form.granularity, range: form.weightRange },
      activations: { observer: form.observer }
    },
    bits: [...form.bits],
    subjects: form.subjects === 'both' ? ['weights', 'activations'] : [form.subjects]
  };
}
