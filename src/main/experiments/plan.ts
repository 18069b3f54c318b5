import { createHash } from 'node:crypto';
import {
  BitlabError,
  canonicalJson,
  type Configuration,
  type Dataset,
  type ExperimentFile,
  type Handlers,
  type Measurement,
  type Model,
  type Plan,
  type RunStatus,
  type SampleDraw
} from '../../contract/index.ts';
import { requireMatches } from '../inference/layer-settings.ts';
import type { Context } from './context.ts';
import { designOf, type DesignPoint } from './design.ts';
import { withMeasurements } from './named-measurements.ts';
import { datasetNamed, modelNamed } from './names.ts';
import { secondsEstimate } from './pace.ts';
import { withPauses } from './pauses.ts';
import { computationRevision } from '../inference/computation-revision.ts';

const previewLimit = 200;

/** One run that an experiment asks for. */
export interface PlannedRun {
  readonly model: Model;
  readonly baseline: boolean;
  readonly point: DesignPoint;
  readonly configuration: string;
  readonly configurationHash: string;
  readonly reuseKey: string;
  /** The tables that the configuration names. */
  readonly measurements: readonly Measurement[];
}

/** All distinct runs of an experiment, model after model, each model's baseline first. */
export interface ExperimentPlan {
  readonly file: ExperimentFile;
  readonly runs: readonly PlannedRun[];
  readonly duplicates: number;
  readonly evaluate: Dataset;
  readonly samples: number;
  /** How they are drawn; left out where they are the first, or all. */
  readonly draw?: SampleDraw | undefined;
  readonly calibrate: Dataset | null;
  readonly calibrationSamples: number;
  /** Runs that are in the notebook already, by reuse key. */
  readonly existing: ReadonlyMap<string, { readonly id: string; readonly status: RunStatus }>;
}

export function planHandlers(context: Context): Pick<Handlers, 'experiments.plan'> {
  return {
    'experiments.plan': async ({ file }) => summary(context, await planExperiment(context, file))
  };
}

/**
 * Works an experiment file out against the notebook: names become models and data, factors become runs.
 * @throws MODEL_NOT_FOUND, DATA_NOT_FOUND, MEASUREMENT_*, MODEL_DATA_MISMATCH, CONFIGURATION_*, CALIBRATION_TOO_FEW, EXPERIMENT_*
 */
export async function planExperiment(context: Context, file: ExperimentFile): Promise<ExperimentPlan> {
  const { notebook } = context;
  const design = designOf(file, context.presets);
  const models = file.models.map((name) => modelNamed(notebook, name));
  const evaluate = datasetNamed(notebook, file.data.evaluate);
  const calibrate = file.data.calibrate === null ? null : datasetNamed(notebook, file.data.calibrate);
  for (const model of models) {
    checkFit(model, evaluate, true);
    if (calibrate !== null) checkFit(model, calibrate, false);
  }
  const samples = sampleCount(file, evaluate);
  const draw = samples === evaluate.samples ? undefined : file.data.draw;
  const calibrationSamples = Math.min(file.data.calibrationSamples, calibrate?.samples ?? 0);

  const points: {
    point: DesignPoint;
    baseline: boolean;
    configuration: string;
    configurationHash: string;
    measurements: readonly Measurement[];
  }[] = [];
  const add = (named: DesignPoint, baseline: boolean) => {
    const { configuration: addressed, measurements } = withMeasurements(notebook, named.configuration);
    const point = { ...named, configuration: addressed };
    const configuration = canonicalJson(addressed);
    points.push({ point, baseline, configuration, configurationHash: sha256(configuration), measurements });
  };
  if (design.baseline !== null) add(design.baseline, true);
  for await (const point of withPauses(design.points())) add(point, false);
  checkOverrides(
    notebook,
    models,
    points.map(({ point }) => point.configuration)
  );
  const quantized = points.some(({ point }) => point.configuration.arithmetic !== 'float');
  if (quantized && calibrate !== null && calibrationSamples < 2) {
    throw new BitlabError('CALIBRATION_TOO_FEW', { samples: calibrationSamples, dataset: calibrate.name });
  }

  const runs = new Map<string, PlannedRun>();
  let asked = 0;
  for (const model of models) {
    for await (const each of withPauses(points)) {
      const { point, baseline, configuration, configurationHash, measurements } = each;
      asked++;
      const float = point.configuration.arithmetic === 'float';
      const reuseKey = sha256(
        canonicalJson({
          modelHash: model.hash,
          evaluate: { hash: evaluate.hash, preprocessing: evaluate.preprocessing },
          samples,
          // Runs of the first samples are known by what they always were.
          ...(draw === undefined ? {} : { draw }),
          calibrate:
            float || calibrate === null
              ? null
              : { hash: calibrate.hash, preprocessing: calibrate.preprocessing, samples: calibrationSamples },
          configurationHash,
          // Float runs compute what they always did.
          ...(float ? {} : { revision: computationRevision })
        })
      );
      if (!runs.has(reuseKey)) {
        runs.set(reuseKey, {
          model,
          baseline,
          point,
          configuration,
          configurationHash,
          reuseKey,
          measurements
        });
      }
    }
  }
  return {
    file,
    runs: [...runs.values()],
    duplicates: asked - runs.size,
    evaluate,
    samples,
    draw,
    calibrate,
    calibrationSamples,
    existing: await existingRuns(context, [...runs.keys()])
  };
}

/** Each override must match a layer or a tensor of each model. Models of older notebooks show it only when they are computed. */
function checkOverrides(
  notebook: Context['notebook'],
  models: readonly Model[],
  configurations: readonly Configuration[]
): void {
  const distinct = new Map(
    configurations.map((configuration) => [JSON.stringify(Object.keys(configuration.layers)), configuration])
  );
  for (const model of models) {
    const { layers, points } = notebook.models.details(model.id)!;
    if (points === undefined) continue;
    const names = layers.map(({ name }) => name);
    for (const configuration of distinct.values()) requireMatches(configuration, names, points, model.name);
  }
}

/** Looked up in portions, between which others get their turn. */
async function existingRuns(
  context: Context,
  reuseKeys: readonly string[]
): Promise<ExperimentPlan['existing']> {
  const portion = 1000;
  const starts = Array.from({ length: Math.ceil(reuseKeys.length / portion) }, (_, i) => i * portion);
  const existing = new Map<string, { id: string; status: RunStatus }>();
  for await (const start of withPauses(starts)) {
    const found = context.notebook.runs.byReuseKeys(reuseKeys.slice(start, start + portion));
    for (const [reuseKey, run] of found) existing.set(reuseKey, run);
  }
  return existing;
}

/** The hash of what an experiment computes, whatever its name and question. */
export function designHash(file: ExperimentFile): string {
  const { name: _name, question: _question, ...design } = file;
  return sha256(canonicalJson(design));
}

function summary(context: Context, plan: ExperimentPlan): Plan {
  const isKnown = (run: PlannedRun) => plan.existing.get(run.reuseKey)?.status === 'finished';
  const open = plan.runs.filter((run) => !isKnown(run));
  return {
    file: plan.file,
    total: plan.runs.length,
    known: plan.runs.length - open.length,
    duplicates: plan.duplicates,
    estimatedSeconds: secondsEstimate(
      context.notebook.runs.paces(),
      open.map((run) => ({
        modelId: run.model.id,
        arithmetic: run.point.configuration.arithmetic,
        samples: plan.samples
      }))
    ),
    preview: plan.runs.slice(0, previewLimit).map((run) => ({
      model: run.model.name,
      baseline: run.baseline,
      levels: run.point.levels,
      seed: run.point.configuration.seed,
      known: isKnown(run)
    }))
  };
}

function sampleCount(file: ExperimentFile, evaluate: Dataset): number {
  const asked = file.data.samples;
  if (asked === 'all') return evaluate.samples;
  if (asked <= evaluate.samples) return asked;
  throw new BitlabError('CONFIGURATION_INVALID', {
    path: 'data.samples',
    value: asked,
    reason: `${evaluate.name} has ${evaluate.samples} samples`,
    suggestion: `Write all, or a number up to ${evaluate.samples}.`
  });
}

function checkFit(model: Model, dataset: Dataset, labelled: boolean): void {
  const mismatch = (reason: string) =>
    new BitlabError('MODEL_DATA_MISMATCH', { model: model.name, dataset: dataset.name, reason });
  if (model.inputShape.join() !== dataset.shape.join()) {
    throw mismatch(
      `its pictures have the shape ${dataset.shape.join(' x ')} and the model takes ${model.inputShape.join(' x ')}`
    );
  }
  if (labelled && dataset.classes > model.classes) {
    throw mismatch(`it has ${dataset.classes} classes and the model tells ${model.classes} apart`);
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
