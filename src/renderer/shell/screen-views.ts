import type { Component } from 'svelte';
import { isImported } from '../../contract/index.ts';
import type { Route, Screen } from '../state/route.ts';

/** What every view is given: the text after the screen's name in the address (or nothing), and the address's query. */
export type View = Component<{ id: string; query: Readonly<Record<string, string>> }>;

/** Views take what they need of the two: `never` stands for whatever that is. */
type Load = () => Promise<{ default: Component<never> }>;

/** Screens are fetched when they are first shown, so that the window opens before the charts are read. */
const screens: Readonly<Record<Screen, Load>> = {
  overview: () => import('../views/overview/OverviewView.svelte'),
  models: () => import('../views/models/ModelsView.svelte'),
  data: () => import('../views/data/DatasetsView.svelte'),
  measurements: () => import('../views/measurements/MeasurementsView.svelte'),
  design: () => import('../views/design/DesignView.svelte'),
  sensitivity: () => import('../views/sensitivity/SensitivitiesView.svelte'),
  experiments: () => import('../views/experiment/ExperimentsView.svelte'),
  runs: () => import('../views/runs/RunsView.svelte'),
  compare: () => import('../views/compare/CompareView.svelte'),
  accelerator: () => import('../views/accelerator/AcceleratorView.svelte'),
  settings: () => import('../views/settings/SettingsView.svelte')
};

/** The screens that also show one of theirs. */
const details: Readonly<Partial<Record<Screen, Load>>> = {
  models: () => import('../views/models/ModelView.svelte'),
  data: () => import('../views/data/DatasetView.svelte'),
  measurements: () => import('../views/measurements/MeasurementView.svelte'),
  sensitivity: () => import('../views/sensitivity/SensitivityView.svelte'),
  experiments: () => import('../views/experiment/ExperimentView.svelte'),
  runs: () => import('../views/run/RunView.svelte')
};

const importedRun: Load = () => import('../views/run/ImportedRunView.svelte');

const fetched = new Map<Load, Promise<View>>();

/** Fetches the view that an address asks for: the same promise each time, unless it could not be fetched. */
export function viewOf({ screen, id }: Pick<Route, 'screen' | 'id'>): Promise<View> {
  const isImportedRun = screen === 'runs' && id !== null && isImported(id);
  const load = isImportedRun ? importedRun : ((id === null ? undefined : details[screen]) ?? screens[screen]);
  const known = fetched.get(load);
  if (known !== undefined) return known;
  const view = load().then((module) => module.default as View);
  fetched.set(load, view);
  view.catch(() => fetched.delete(load));
  return view;
}
