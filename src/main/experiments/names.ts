import {
  BitlabError,
  nearestName,
  type Dataset,
  type Measurement,
  type Model
} from '../../contract/index.ts';
import type { Notebook, StoredExperiment } from '../store/index.ts';

/** What to do about a name that is not there: the nearest one that is, or all of them. */
export function nameSuggestion(given: string, known: readonly string[], whenNone: string): string {
  const nearest = nearestName(given, known);
  if (nearest !== null) return `Did you mean ${nearest}?`;
  if (known.length === 0) return whenNone;
  const shown = known.slice(0, 20).join(', ');
  return `Known names: ${shown}${known.length > 20 ? ' and more' : ''}.`;
}

/** The model with this name. Throws MODEL_NOT_FOUND. */
export function modelNamed(notebook: Notebook, name: string): Model {
  const model = notebook.models.byName(name);
  if (model !== null) return model;
  const suggestion = nameSuggestion(name, notebook.models.names(), 'Import a model first.');
  throw new BitlabError('MODEL_NOT_FOUND', { name, suggestion });
}

/** The data set with this name. Throws DATA_NOT_FOUND. */
export function datasetNamed(notebook: Notebook, name: string): Dataset {
  const dataset = notebook.datasets.byName(name);
  if (dataset !== null) return dataset;
  const suggestion = nameSuggestion(name, notebook.datasets.names(), 'Import a data set first.');
  throw new BitlabError('DATA_NOT_FOUND', { name, suggestion });
}

/** The measurement with this name, or with this hash. Throws MEASUREMENT_NOT_FOUND. */
export function measurementNamed(notebook: Notebook, name: string): Measurement {
  const { measurements } = notebook;
  const measurement = measurements.byName(name) ?? measurements.byHash(name);
  if (measurement !== null) return measurement;
  const suggestion = nameSuggestion(name, measurements.names(), 'Import a measurement first.');
  throw new BitlabError('MEASUREMENT_NOT_FOUND', { name, suggestion });
}

/** The experiment with this identifier. Throws EXPERIMENT_NOT_FOUND. */
export function experimentWithId(notebook: Notebook, id: string): StoredExperiment {
  const experiment = notebook.experiments.get(id);
  if (experiment !== null) return experiment;
  const suggestion = 'List the experiments with: bitlab experiment list.';
  throw new BitlabError('EXPERIMENT_NOT_FOUND', { name: id, suggestion });
}
