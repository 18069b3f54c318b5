import {
  preprocessingPresets,
  type Dataset,
  type FitCheck,
  type Handlers,
  type Preprocessing
} from '../../contract/index.ts';
import { wilsonInterval } from '../numeric/statistics.ts';
import type { Context } from './context.ts';
import { datasetFile, requireDataset } from './datasets.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { requireModel } from './models.ts';
import { threadCount } from './run-job.ts';

/** Whether a model and a data set belong together, by a look at a few samples. Nothing is stored. */
export function fitHandlers(context: Context, queue: ExperimentQueue): Pick<Handlers, 'models.checkFit'> {
  return {
    'models.checkFit': async ({ model: modelId, dataset: datasetId, samples }) => {
      const model = requireModel(context, modelId);
      const dataset = requireDataset(context, datasetId);
      const others = usualPreprocessings(dataset);
      const { name, hash } = model;
      const measure = await queue.exclusively(() =>
        context.computer.measureFit({
          model: { name, hash, path: context.notebook.blobs.path(hash) },
          evaluate: datasetFile(context, dataset),
          samples,
          others: others.map(({ preprocessing }) => preprocessing),
          threads: threadCount(context)
        })
      );
      const top1 = wilsonInterval(measure.correct, measure.samples);
      const chance = measure.commonest / measure.samples;
      const better: FitCheck['better'] = others
        .map((other, i) => ({ ...other, top1: wilsonInterval(measure.othersCorrect[i]!, measure.samples) }))
        .filter((other) => other.top1.low > top1.high)
        .sort((a, b) => b.top1.value - a.top1.value);
      return { top1, chance, aboveChance: top1.low > chance, inputs: measure.inputs, better };
    }
  };
}

/** Usual scales, means and deviations on the pixels that the data set's preprocessing gives, but its own. */
function usualPreprocessings({ preprocessing, shape, elementType }: Dataset) {
  const known = new Set([JSON.stringify(preprocessing)]);
  const others: { label: string; preprocessing: Preprocessing }[] = [];
  const offer = (label: string, changes: Partial<Preprocessing>) => {
    const other = { ...preprocessing, ...changes };
    const key = JSON.stringify(other);
    if (known.has(key)) return;
    known.add(key);
    others.push({ label, preprocessing: other });
  };
  for (const { label, preprocessing: preset } of Object.values(preprocessingPresets)) {
    const { scale, mean, std } = preset;
    // A preset that moves pixels, too, says nothing new once its numbers alone were tried.
    const movesPixels = preset.resize !== undefined || preset.centreCrop !== undefined;
    if (!movesPixels && [1, shape[0]].includes(mean.length)) offer(label, { scale, mean, std });
  }
  if (shape[0] === 3 && elementType === 'uint8') {
    const swapped = preprocessing.channels === 'bgr' ? 'rgb' : 'bgr';
    offer(`Channels in the order ${swapped}`, { channels: swapped });
  }
  return others;
}
