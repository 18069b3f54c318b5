import {
  BitlabError,
  nearestNames,
  type ActivationSettings,
  type Configuration,
  type LayerOverride,
  type WeightSettings
} from '../../contract/index.ts';
import type { GraphAnalysis } from '../graph/index.ts';

/** The settings in force for every layer's weights and every quantization point, after the overrides. */
export interface SettingsInForce {
  /** Layer name -> settings of its weights. */
  readonly weights: ReadonlyMap<string, WeightSettings>;
  /** Tensor of a quantization point -> settings of its activations. */
  readonly activations: ReadonlyMap<string, ActivationSettings>;
}

/**
 * Applies `configuration.layers`: patterns (with *) first, then positions (`first` and `last` layer, and `input`
 * for what enters the network), then exact names, so that the more particular one wins. A name is a layer's, or a quantization point's tensor. Throws CONFIGURATION_INVALID for an
 * override that matches nothing.
 */
export function settingsInForce(configuration: Configuration, analysis: GraphAnalysis): SettingsInForce {
  const layerNames = analysis.layers.map((layer) => layer.name);
  const tensors = analysis.points.map((point) => point.tensor);
  const keys = Object.keys(configuration.layers);
  requireMatches(configuration, layerNames, tensors);

  const ordered = (matches: (key: string) => boolean) =>
    keys
      .filter(matches)
      .sort((a, b) => rank(a) - rank(b))
      .map((key) => configuration.layers[key]!);
  const overridesOfLayer = (name: string) => {
    const index = layerNames.indexOf(name);
    return ordered((key) => covers(key, name, index === 0, index === layerNames.length - 1));
  };

  const weights = new Map<string, WeightSettings>();
  for (const name of layerNames)
    weights.set(name, merged(configuration.weights, overridesOfLayer(name), 'weights'));

  const activations = new Map<string, ActivationSettings>();
  const isInput = (tensor: string) => tensor === analysis.input.name;
  for (const point of analysis.points) {
    const overrides = [
      ...(point.layer === null ? [] : overridesOfLayer(point.layer)),
      ...ordered(
        (key) =>
          key !== point.layer &&
          (covers(key, point.tensor, false, false) || (key === 'input' && isInput(point.tensor)))
      )
    ];
    activations.set(point.tensor, merged(configuration.activations, overrides, 'activations'));
  }
  return { weights, activations };
}

function merged<Key extends 'weights' | 'activations'>(
  base: Configuration[Key],
  overrides: readonly LayerOverride[],
  key: Key
): Configuration[Key] {
  let settings = base;
  for (const override of overrides) {
    const given = Object.entries(override[key] ?? {}).filter(([, value]) => value !== undefined);
    settings = { ...settings, ...Object.fromEntries(given) };
  }
  return settings;
}

const isPattern = (key: string) => key.includes('*');
const isPosition = (key: string) => key === 'first' || key === 'last' || key === 'input';
const rank = (key: string) => (isPattern(key) ? 0 : isPosition(key) ? 1 : 2);

function covers(key: string, name: string, isFirst: boolean, isLast: boolean): boolean {
  if (key === 'first') return isFirst;
  if (key === 'last') return isLast;
  if (!isPattern(key)) return key === name;
  const source = key.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}

/**
 * @param layerNames of a model @param tensors its quantization points
 * @throws CONFIGURATION_INVALID for the first override that matches none of them, with the names that are nearest to it
 */
export function requireMatches(
  { layers }: Configuration,
  layerNames: readonly string[],
  tensors: readonly string[],
  model = 'the model'
): void {
  const names = [...layerNames, ...tensors];
  for (const key of Object.keys(layers)) {
    if (isPosition(key) || names.some((name) => covers(key, name, false, false))) continue;
    const near = nearestNames(key.replaceAll('*', ''), names, 3);
    throw new BitlabError('CONFIGURATION_INVALID', {
      path: `layers["${key}"]`,
      value: key,
      reason: `it matches no layer of ${model}`,
      suggestion:
        near.length === 0
          ? `Layers are named like ${layerNames.slice(0, 3).join(', ')}; see bitlab model show.`
          : `Did you mean ${near.join(', or ')}?`
    });
  }
}
