/** Layers of a small ResNet, as figures name them. */
export const layerNames: readonly string[] = [
  'conv1',
  ...[1, 2, 3, 4].flatMap((stage) =>
    [0, 1].flatMap((block) => [`layer${stage}.${block}.conv1`, `layer${stage}.${block}.conv2`])
  ),
  'fc'
];
