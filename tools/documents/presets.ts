import { join } from 'node:path';
import { readPresets } from '../../src/main/experiments/index.ts';

/** docs/presets.md: the hardware that comes with the program. */
export function presetsDocument(): string {
  const presets = readPresets(join(import.meta.dirname, '../../resources/presets'));
  const sections = presets.map(
    ({ name, title, description, sources, settings }) => `## ${name}

${title}. ${description}

${sources.map((source) => `- ${source}`).join('\n')}

\`\`\`json
${JSON.stringify(settings, null, 2)}
\`\`\`
`
  );
  return `# Presets of accelerators

Made from \`resources/presets\` by \`npm run docs\`. An experiment file names one, alone or with settings that take the place of its
own; factors change any of them:

\`\`\`yaml
fixed:
  arithmetic: accelerator
  accelerator: {preset: holylight-mam, adc: {bits: 6}}
factors:
  accelerator.link.rateGigasamplesPerSecond: [1, 5]
\`\`\`

A part of a name that no other has is enough: \`mam\` is \`holylight-mam\`. The file keeps the name; the configuration of a run holds all
settings, so that its hash does not depend on what a later version of Bitlab calls by that name. What a preset leaves out has its default
([experiment-file.md](experiment-file.md#accelerator)).

${sections.join('\n')}`;
}
