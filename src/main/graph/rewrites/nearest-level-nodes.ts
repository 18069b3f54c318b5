import { float32Below, nearestThresholds, scaledLevels } from '../../quantization/grids/index.ts';
import type { GridQuantizer } from '../../quantization/grids/index.ts';
import { makeNode } from '../onnx/index.ts';
import type { Node } from '../onnx/index.ts';
import type { NewTensors } from './new-tensors.ts';

/**
 * Nodes that give the nearest level of a grid: a binary search through the thresholds between levels, with a Gather, a Greater
 * and a Where for each bit of a code, and a last Gather for the level. No arithmetic is done on values, so that the result is that
 * of `nearestCode` to the bit. NaN passes.
 * @param quantizer with one scale for the whole tensor
 */
export function nearestLevelNodes(
  input: string,
  output: string,
  quantizer: GridQuantizer,
  added: NewTensors
): Node[] {
  const levels = scaledLevels(quantizer.grid, quantizer.scale[0]!);
  const bits = Math.ceil(Math.log2(levels.values.length));
  // A code is k or more where the value is greater than entry k. Beyond the last code nothing is.
  const limits = new Float32Array(2 ** bits).fill(Infinity);
  nearestThresholds(levels).forEach((threshold, code) => (limits[code + 1] = float32Below(threshold)));
  const table = added.constant(`${output}.limits`, [limits.length], limits);
  const constant = (value: number) => added.constant(`${output}.code`, [], Int32Array.of(value));

  const nodes: Node[] = [];
  let code = constant(0);
  for (let bit = bits - 1; bit >= 0; bit--) {
    const step = constant(2 ** bit);
    const [candidate, limit, isAbove, next] = ['candidate', 'limit', 'above', 'next'].map((what) =>
      added.name(`${output}.${what}${bit}`)
    ) as [string, string, string, string];
    nodes.push(
      makeNode('Add', [code, step], [candidate]),
      makeNode('Gather', [table, candidate], [limit]),
      makeNode('Greater', [input, limit], [isAbove]),
      makeNode('Where', [isAbove, candidate, code], [next])
    );
    code = next;
  }
  const values = added.constant(`${output}.levels`, [levels.values.length], levels.values);
  const [level, isNaN] = [added.name(`${output}.level`), added.name(`${output}.nan`)];
  nodes.push(
    makeNode('Gather', [values, code], [level]),
    makeNode('IsNaN', [input], [isNaN]),
    makeNode('Where', [isNaN, input, level], [output])
  );
  return nodes;
}
