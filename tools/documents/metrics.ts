import { layerQuantities, metricCatalogue, type MetricEntry } from '../../src/contract/index.ts';

/** docs/metrics.md: every number that a run has. */
export function metricsDocument(): string {
  const listed = (catalogue: Readonly<Record<string, MetricEntry>>) =>
    Object.entries(catalogue)
      .map(([name, { unit, definition }]) => `- **\`${name}\`** (${unit}): ${definition}`)
      .join('\n');
  return `# Metrics

Made from \`src/contract/metrics.ts\` by \`npm run docs\`. These are the names in tables, in filters (\`top1 > 0.9\`) and in
exports. The tidy table has a row for each metric of a run, with \`value\`, for shares also the limits \`low\` and \`high\` of their
95 % interval and the number of samples \`n\`; the wide table a column for each. Numbers are written with all their digits.

${listed(metricCatalogue)}

## Layers

Each quantized run, in whatever arithmetic and computed by whatever kernels, tells of every layer the quantizers of its weights and of
its output (bits, range, scale, zero point) and what they cost. What is seen on pictures is seen on the first 32 of calibration,
in the simulated network. \`bitlab runs show ID\` prints it, the table \`layer_reports\` of the notebook holds it. \`bitlab runs histogram ID
LAYER\` and a click on a layer of a run show how weights, inputs and outputs are distributed, and where the levels lie.

${listed(layerQuantities)}

## Intervals and tests

Intervals are Wilson's score intervals of 95 %. Two runs on the same samples are compared by McNemar's exact test: of the samples
that only one of both got right, as many should belong to either if both were equally good; \`p\` is the probability of counts at
least as unequal as those found. Runs of an experiment are compared with the float run of their model, and models with each other
under equal configurations. The interval of a difference is that of Agresti and Min (2005) for matched pairs. Where runs are
compared with a reference, and classes with those of it, p values also stand after Holm's correction (1979) for all tests of the table.
`;
}
