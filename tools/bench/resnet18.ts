import { makeFloatValue, makeInitializer, makeModel, makeNode } from '../../src/main/graph/index.ts';
import type { Initializer, Model, Node } from '../../src/main/graph/index.ts';
import { normalSamples } from './normal-samples.ts';

/**
 * ResNet-18 for 224x224 pictures (He et al. 2016, Table 1) with its batch norms folded and random weights
 * (He initialization, seeded): the network of the benchmarks, where what it computes does not matter.
 */
export function randomResNet18(classes = 1000): Model {
  const nodes: Node[] = [];
  const initializers: Initializer[] = [];
  let count = 0;

  const convolution = (
    input: string,
    from: number,
    to: number,
    kernel: number,
    stride: number,
    relu: boolean
  ) => {
    const name = `conv${++count}`;
    const fanIn = from * kernel * kernel;
    const weights = normalSamples(count, to * fanIn).map((value) => value * Math.sqrt(2 / fanIn));
    initializers.push(makeInitializer(`${name}.weight`, [to, from, kernel, kernel], weights));
    initializers.push(makeInitializer(`${name}.bias`, [to], new Float32Array(to).fill(0.01)));
    const padding = (kernel - 1) / 2;
    nodes.push(
      makeNode(
        'Conv',
        [input, `${name}.weight`, `${name}.bias`],
        [name],
        {
          kernel_shape: [kernel, kernel],
          strides: [stride, stride],
          pads: [padding, padding, padding, padding]
        },
        name
      )
    );
    if (!relu) return name;
    nodes.push(makeNode('Relu', [name], [`${name}.relu`], {}, `${name}.relu`));
    return `${name}.relu`;
  };

  let x = convolution('input', 3, 64, 7, 2, true);
  nodes.push(
    makeNode('MaxPool', [x], ['pool'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, 'pool')
  );
  x = 'pool';
  let channels = 64;
  for (const [stage, width] of [64, 128, 256, 512].entries()) {
    for (const block of [0, 1]) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = convolution(x, channels, width, 3, stride, true);
      const second = convolution(first, width, width, 3, 1, false);
      const shortcut =
        stride === 1 && channels === width ? x : convolution(x, channels, width, 1, stride, false);
      const sum = `add${stage}.${block}`;
      nodes.push(makeNode('Add', [second, shortcut], [sum], {}, sum));
      nodes.push(makeNode('Relu', [sum], [`${sum}.relu`], {}, `${sum}.relu`));
      x = `${sum}.relu`;
      channels = width;
    }
  }
  const weights = normalSamples(0, classes * channels).map((value) => value * Math.sqrt(1 / channels));
  initializers.push(makeInitializer('fc.weight', [classes, channels], weights));
  initializers.push(makeInitializer('fc.bias', [classes], new Float32Array(classes)));
  nodes.push(makeNode('GlobalAveragePool', [x], ['average'], {}, 'average'));
  nodes.push(makeNode('Flatten', ['average'], ['flat'], { axis: 1 }, 'flat'));
  nodes.push(makeNode('Gemm', ['flat', 'fc.weight', 'fc.bias'], ['logits'], { transB: 1 }, 'fc'));
  return makeModel({
    nodes,
    initializers,
    inputs: [makeFloatValue('input', ['batch', 3, 224, 224])],
    outputs: [makeFloatValue('logits', ['batch', classes])]
  });
}
