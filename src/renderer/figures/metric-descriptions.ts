/** How a metric is shown. */
export interface MetricDescription {
  readonly title: string;
  /** The unit in which the number stands; empty where it has none. */
  readonly unit: string;
  /** What the stored value is multiplied by to be in that unit. */
  readonly factor: number;
  readonly decimals: number;
}

const described: Readonly<Record<string, MetricDescription>> = {
  top1: { title: 'Top-1 accuracy', unit: '%', factor: 100, decimals: 2 },
  top5: { title: 'Top-5 accuracy', unit: '%', factor: 100, decimals: 2 },
  crossEntropy: { title: 'Cross-entropy', unit: 'nats', factor: 1, decimals: 4 },
  agreement: { title: 'Same class as the float network', unit: '%', factor: 100, decimals: 2 },
  logitsSqnrDb: { title: 'Signal to quantization noise of the logits', unit: 'dB', factor: 1, decimals: 2 },
  modelSizeBits: { title: 'Size of weights and biases', unit: 'kB', factor: 1 / 8000, decimals: 1 },
  averageWeightBits: { title: 'Mean bits of a weight', unit: 'bits', factor: 1, decimals: 2 },
  bops: { title: 'Bit operations per sample', unit: '10⁹', factor: 1e-9, decimals: 3 },
  energyMicrojoule: { title: 'Energy of a frame', unit: 'µJ', factor: 1, decimals: 1 },
  latencyMicrosecond: { title: 'Latency of a frame', unit: 'µs', factor: 1, decimals: 1 },
  areaSquareMillimetre: { title: 'Area of the converters', unit: 'mm²', factor: 1, decimals: 2 },
  framesPerSecond: { title: 'Frames per second', unit: '1/s', factor: 1, decimals: 0 },
  framesPerSecondPerWatt: { title: 'FPS/W', unit: '1/(s W)', factor: 1, decimals: 1 },
  framesPerSecondPerWattPerSquareMillimetre: {
    title: 'FPS/W/mm²',
    unit: '1/(s W mm²)',
    factor: 1,
    decimals: 2
  },
  tileUtilization: { title: 'Tile utilization', unit: '%', factor: 100, decimals: 1 }
};

/** How a metric is shown; one that is not known here keeps its name. */
export function describeMetric(name: string): MetricDescription {
  return described[name] ?? { title: name, unit: '', factor: 1, decimals: 4 };
}

/** The names of all metrics that some run has: known ones first, in the order above, then the others by name. */
export function metricNames(
  runs: readonly { readonly metrics: Readonly<Record<string, number>> }[]
): string[] {
  const found = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)));
  const known = Object.keys(described).filter((name) => found.has(name));
  return [...known, ...[...found].filter((name) => !(name in described)).sort()];
}

/** A metric's number in its unit, or a dash where a run does not have it. */
export function metricNumber(name: string, value: number | undefined): string {
  const { factor, decimals } = describeMetric(name);
  return value === undefined ? '–' : (value * factor).toFixed(decimals).replace('-', '−');
}
