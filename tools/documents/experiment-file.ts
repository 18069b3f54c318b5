import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Configuration,
  ExperimentFile,
  formsText,
  listSettings,
  metricCatalogue,
  runColumns,
  writtenValue,
  type ListedSetting
} from '../../src/contract/index.ts';

const example = join(import.meta.dirname, '../../resources/experiments/which-loss.yaml');

/** docs/experiment-file.md: the file that `bitlab experiment run` reads and the design screen makes. */
export function experimentFileDocument(): string {
  const fileSettings = listSettings(ExperimentFile);
  const settings = listSettings(Configuration);
  const group = (name: string) => settings.filter(({ path }) => path.startsWith(`${name}.`));
  const single = settings.filter(({ path }) => !path.includes('.'));
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return `# The experiment file

Made from \`src/contract\` by \`npm run docs\`. An experiment is a question, the settings that all its runs share, and the settings that
vary. Written as YAML or JSON, it is what \`bitlab experiment run\` reads; the design screen makes the same. What is misspelled is
refused with its line and the nearest known name.

The sample experiment, \`resources/experiments/which-loss.yaml\`:

\`\`\`yaml
${readFileSync(example, 'utf8').trimEnd()}
\`\`\`

## The file

${fileSettings.map(listed).join('\n')}

## Factors

A factor is the path of a setting and its levels: \`weights.bits: [8, 4]\`. The setting's groups are joined by dots. All factors are
crossed: two with seven levels each make 49 combinations, each of which is run for every model and every seed. Factors that are named
together in \`zip\` advance together, so they need as many levels as each other. Combinations that compute the same thing are merged,
and runs that the notebook has already are not computed again.

A layer's settings can be factors too. A name with dots in it goes into brackets and quotes:

\`\`\`yaml
factors:
  layers.first.weights.bits: [8, 4]
  layers["layer1.0.conv1"].activations.bits: [8, 6]
  activations.observer: [minmax, histogram, mse]
\`\`\`

## Settings

The settings of a run, as they stand in \`fixed\` and as factors name them. Together with model, data and number of samples they decide
the result, so they are what is hashed: settings that cannot matter, such as those of quantizers in arithmetic \`float\`, are taken as
their defaults.

${single.map(listed).join('\n')}

### weights

${group('weights').map(listed).join('\n')}

### activations

${group('activations').map(listed).join('\n')}

### accumulator

With \`arithmetic\` \`integer\`.

${group('accumulator').map(listed).join('\n')}

### accelerator

With \`arithmetic\` \`accelerator\`. The stages of a dot-product unit, in the order in which signals pass; see [accelerator.md](accelerator.md). The name of a preset
([presets.md](presets.md)) stands for all of its settings, \`accelerator: holylight-mam\`; with settings beside it, which take the place of
its own, it goes into \`preset\`, \`accelerator: {preset: holylight-mam, adc: {bits: 6}}\`.

${group('accelerator').map(listed).join('\n')}

### layers

What some layers do otherwise. The key is \`first\` or \`last\`, the name of a layer or of an activation's tensor as \`bitlab model show\`
lists it, or a pattern in which \`*\` stands for anything. The value has \`weights\` and \`activations\` with the settings that change;
what it leaves out stays as it is for the other layers. Where several keys fit, a name comes before a position, and a position before a
pattern. A key that fits nothing is an error.

\`\`\`yaml
fixed:
  weights: {bits: 4}
  activations: {bits: 4}
  layers:
    first: {weights: {bits: 8}, activations: {bits: 8}}
    last: {weights: {bits: 8}}
    "layer4.*": {weights: {bits: 3}}
\`\`\`

### As PyTorch does it

The settings of PyTorch's FX quantization with fake quantization, as in the golden data that comes with the sources:

\`\`\`yaml
fixed:
  arithmetic: simulated
  bias: float
  quantizeOutput: true
  activations: {destinationLevels: 256, dialect: torch-1.13}
\`\`\`

## Filters

\`bitlab runs list --where\`, \`bitlab export runs --where\` and the run table select runs by what is known of them:

\`\`\`
weights.bits <= 4 and model = resnet18-mse
not baseline and (activations.observer = minmax or top1 < 0.5)
tag:paper or model ~ resnet
\`\`\`

- \`and\`, \`or\`, \`not\` and parentheses combine conditions; \`and\` binds more than \`or\`.
- \`=\`, \`!=\`, \`<\`, \`<=\`, \`>\`, \`>=\` compare; \`~\` asks whether a text contains another, whatever the case.
- On the left stands the path of a setting, a metric (${code(Object.keys(metricCatalogue))}; see [metrics.md](metrics.md)), or one
  of ${code(runColumns)}.
- \`baseline\`, \`starred\` and settings that are true or false may stand alone. \`tag:NAME\` asks for a tag.
- A text with white space or signs goes into quotes.
- The float run has no quantizer: no comparison with a setting of one selects it, but for \`!=\` and \`= null\`.
`;
}

function listed(setting: ListedSetting): string {
  const { path, forms, unit, description } = setting;
  const values = `${formsText(forms)}${unit === null ? '' : ` (${unit})`}`;
  return `- **\`${path}\`**: ${values}; ${noteOf(setting)}. ${description}${conditionOf(setting)}`;
}

function noteOf({ required, default: standard, usual }: ListedSetting): string {
  if (required) return 'required';
  if (standard !== undefined) return `otherwise \`${writtenValue(standard)}\``;
  return usual === undefined ? 'may be left out' : `may be left out, which is \`${writtenValue(usual)}\``;
}

/** The last condition: those of its group stand above the list. */
function conditionOf({ path, conditions }: ListedSetting): string {
  const condition = conditions.at(-1);
  if (condition === undefined || (condition.path === 'arithmetic' && path.includes('.'))) return '';
  return ` Only with \`${condition.path}\` ${condition.values.map((value) => `\`${writtenValue(value)}\``).join(' or ')}.`;
}
