import type { SampleDraw } from '../../contract/index.ts';
import { drawSamples } from '../numeric/draw-samples.ts';
import type { SampleSource, WholeSource } from './run-job.ts';

/** Some samples of a source as a source of their own, and which they are. */
export interface DrawnSource {
  readonly source: SampleSource;
  readonly drawn: Int32Array;
}

/** Draws samples by seed. The number of classes stays that of the whole. */
export function drawnSource(whole: WholeSource, samples: number, draw: SampleDraw): DrawnSource {
  const drawn = drawSamples(whole.labels, samples, draw);
  return {
    drawn,
    source: {
      samples,
      shape: whole.shape,
      labels: Int32Array.from(drawn, (sample) => whole.labels[sample]!),
      classes: whole.classes,
      batch: (offset, count) => whole.batch(drawn.subarray(offset, offset + count))
    }
  };
}
