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
least as unequal as those found. The interval of a difference is that of Agresti and Min (2005) for matched pairs. Where runs are
compared with a reference, and classes with those of it, p values also stand after Holm's correction (1979) for all tests of the table.

An experiment is tested in families of pairs: the models against each other at equal settings; the levels of each factor with all
else equal, each with the next where they are numbers and each with each where they are words; and each setting against the float
network of its model. Within a family p values are corrected by Holm's method (1979), so that the chance of any false finding in it
is at most 5 %, however many pairs there are. Where something is drawn at random and several seeds differ, Student's paired t test
over the differences seed by seed takes McNemar's place; it needs three seeds in common, and speaks of other seeds on the same
samples. The screen of an experiment has a sentence for each pair whose corrected p is below 5 %, and none for the others: that no
difference is shown does not mean that there is none. Differences stand with 95 % intervals that are not corrected: Agresti and
Min's (2005) over samples, Student's t over seeds.
`;
}
