import type { SampleDraw } from '../../contract/index.ts';
import { drawSamples } from '../numeric/draw-samples.ts';
import type { SampleSource } from './run-job.ts';

/** Some samples of a source as a source of their own, and which they are. */
export interface DrawnSource {
  readonly source: SampleSource;
  readonly drawn: Int32Array;
}

/** Draws samples by seed. The number of classes stays that of the whole. */
export function drawnSource(whole: SampleSource, samples: number, draw: SampleDraw): DrawnSource {
  const drawn = drawSamples(whole.labels, samples, draw);
  return {
    drawn,
    source: {
      samples,
      shape: whole.shape,
      labels: Int32Array.from(drawn, (sample) => whole.labels[sample]!),
      classes: whole.classes,
      batch: (offset, count) => chosenPictures(whole, drawn.subarray(offset, offset + count))
    }
  };
}

/** The pictures of any samples, in the order of these. @returns samples x channels x height x width values */
export async function chosenPictures(whole: SampleSource, samples: Int32Array): Promise<Float32Array> {
  if (whole.chosen !== undefined) return whole.chosen(samples);
  const size = whole.shape.reduce((product, extent) => product * extent, 1);
  const values = new Float32Array(samples.length * size);
  for (const [i, sample] of samples.entries()) values.set(await whole.batch(sample, 1), i * size);
  return values;
}
