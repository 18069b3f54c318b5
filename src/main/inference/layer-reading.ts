import { connectionsOf, layerGeometry, layerNodes, type Layer, type Model } from '../graph/index.ts';
import type { LayerReading } from '../quantization/rounding/index.ts';

/** How a layer reads its input, and how many times it does so for one sample (rows of a matrix product). */
export interface ReadLayer {
  readonly reading: LayerReading;
  readonly rows: number;
}

/** @throws MODEL_OPERATOR_UNSUPPORTED for convolutions of three dimensions */
export function readingOf(model: Model, layer: Layer): ReadLayer {
  const { node } = layerNodes(layer, connectionsOf(model.graph));
  const geometry = layerGeometry(layer, node, layer.inputShape);
  if (geometry.kind === 'product')
    return { reading: { kind: 'rows', inputs: geometry.inputs }, rows: geometry.rows };
  const { groups, kernel, strides, dilations, pads } = geometry;
  const [channels, height, width] = geometry.input;
  return {
    reading: {
      kind: 'patches',
      geometry: { channels, height, width, kernel, strides, pads, dilations, groups }
    },
    rows: 1
  };
}
