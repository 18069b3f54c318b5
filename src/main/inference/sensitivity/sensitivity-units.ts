import type { Configuration, SensitivityUnit } from '../../../contract/index.ts';
import type { GraphAnalysis, QuantizationPoint } from '../../graph/index.ts';

/**
 * What can be quantized by itself: the weights of each layer, and the activations of each group of points that share a range.
 * A group is named by the point whose settings count for all of it, so that an override of that name changes the group.
 */
export function sensitivityUnits(
  analysis: GraphAnalysis,
  configuration: Configuration
): readonly SensitivityUnit[] {
  const groups = pointGroups(analysis, configuration);
  const groupOf = new Map(
    [...groups].flatMap(([name, points]) => points.map(({ tensor }) => [tensor, name] as const))
  );
  const inputOf = (tensor: string) => groupOf.get(analysis.quantizedBy.get(tensor) ?? '') ?? null;
  const weights = analysis.layers.map((layer): SensitivityUnit => ({
    subject: 'weights',
    name: layer.name,
    values: layer.weightShape.reduce((product, extent) => product * extent, 1),
    macs: layer.macs,
    input: inputOf(layer.input),
    feeds: []
  }));
  const activations = Array.from(groups, ([name, points]): SensitivityUnit => {
    const fed = analysis.layers.filter((layer) => inputOf(layer.input) === name);
    return {
      subject: 'activations',
      name,
      values: points.reduce((sum, { tensor }) => sum + (analysis.elements.get(tensor) ?? 0), 0),
      macs: fed.reduce((sum, { macs }) => sum + macs, 0),
      input: null,
      feeds: fed.map((layer) => layer.name)
    };
  });
  return [...weights, ...activations];
}

/** The points that are quantized, by the first of those that share a range. */
export function pointGroups(
  analysis: GraphAnalysis,
  { quantizeOutput }: Configuration
): ReadonlyMap<string, readonly QuantizationPoint[]> {
  const names = new Map<string, string>();
  const groups = new Map<string, QuantizationPoint[]>();
  const quantized = analysis.points.filter(({ isOutput }) => quantizeOutput || !isOutput);
  for (const point of quantized)
    if (point.inherits === null && !names.has(point.group)) names.set(point.group, point.tensor);
  for (const point of quantized) {
    const name = names.get(point.group);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), point]);
  }
  return groups;
}
