import { Option, type Command } from 'commander';
import {
  BitlabError,
  CostPart,
  costPartTitles,
  hardwareProblem,
  lossTitles,
  mostReachBits,
  reachProblem,
  type AcceleratorChoice,
  type CostAnswer,
  type ReachAnswer,
  type ReachMode,
  type ResolvedPreset
} from '../../../../contract/index.ts';
import { callMethod } from '../../call-method.ts';
import { presetsFolder } from '../../program-folder.ts';
import type { Cli } from '../cli.ts';
import { listing, table } from '../output.ts';

interface HardwareOptions {
  readonly preset: string;
  readonly rate?: string;
  readonly power?: string;
  readonly tile?: string;
  readonly units?: string;
}

/** Light, noise and cost of accelerators. All but the cost need no notebook, so they work while one is open elsewhere. */
export function addAcceleratorCommands(program: Command, cli: () => Cli): void {
  const accelerator = program
    .command('accelerator')
    .description('how many products light can add, how precisely, and what a network costs on it');

  hardware(accelerator.command('reach'))
    .description('tie bits, rate, laser power, losses and tile size together')
    .option('--bits <n>', 'precision at the detector, fractions allowed', '4')
    .addOption(
      new Option('--mode <mode>', 'solve the equations, or do what the published scripts do on their grids')
        .choices(['exact', 'published'])
        .default('exact')
    )
    .option(
      '--settings',
      'print only the accelerator settings for an experiment file; fails where none are feasible'
    )
    .action(async (options: HardwareOptions & { bits: string; mode: ReachMode; settings?: boolean }) => {
      const choice = choiceOf(options);
      const answer = await callMethod(await lightHandlers(), 'accelerator.reach', {
        accelerator: choice,
        bits: bitsOf(options.bits),
        mode: options.mode
      });
      if (options.settings !== true) return cli().output.result(answer, () => reachText(answer));
      const problem = hardwareProblem(answer);
      if (problem !== null) throw problem;
      const settings = { ...choice, preset: answer.accelerator.preset, tile: answer.reach.tile };
      // JSON in one line is YAML, too.
      cli().output.result({ accelerator: settings }, () => `accelerator: ${JSON.stringify(settings)}`);
    });

  hardware(accelerator.command('cost'))
    .description('latency, energy and area of a model, layer by layer')
    .requiredOption('--model <name>', 'a model of the notebook')
    .option('--weight-bits <n>', 'bits of weights', '8')
    .option('--activation-bits <n>', 'bits of activations', '8')
    .option('--arrays <n>', 'arrays that work side by side')
    .action(
      async (
        options: HardwareOptions & {
          model: string;
          weightBits: string;
          activationBits: string;
          arrays?: string;
        }
      ) => {
        const { arrays } = options;
        const answer = await cli().call('accelerator.cost', {
          model: options.model,
          accelerator: {
            ...choiceOf(options),
            ...(arrays === undefined ? {} : { cost: { arrays: numberOf('--arrays', arrays) } })
          },
          weightBits: numberOf('--weight-bits', options.weightBits),
          activationBits: numberOf('--activation-bits', options.activationBits)
        });
        cli().output.result(answer, () => costText(answer));
      }
    );

  const presets = accelerator.command('presets').description('the hardware that comes with Bitlab');
  presets
    .command('list', { isDefault: true })
    .description('list the presets')
    .action(async () => {
      const list = await callMethod(await lightHandlers(), 'accelerator.presets', {});
      cli().output.result(list, () =>
        table(
          ['preset', 'what', 'N', 'link'],
          list.map(({ name, title, resolved }) => [name, title, resolved.tile, linkText(resolved.link)])
        )
      );
    });
  presets
    .command('show')
    .description('show a preset: its settings and where they come from')
    .argument('<name>', 'its name, or a part of it that no other has, such as mam')
    .action(async (name: string) => {
      const list = await callMethod(await lightHandlers(), 'accelerator.presets', {});
      const { presetNamed } = await import('../../../experiments/index.ts');
      const found = presetNamed(list, name);
      cli().output.result(found, () => presetText(found));
    });
}

function hardware(command: Command): Command {
  return command
    .requiredOption('--preset <name>', 'a preset, or a part of its name that no other has, such as mam')
    .option('--rate <GS/s>', "rate of the link; otherwise the preset's")
    .option('--power <dBm>', 'light of each laser')
    .option('--tile <N>', 'products that are added at once')
    .option('--units <M>', 'sums at once; otherwise as many as the tile has elements');
}

async function lightHandlers() {
  const { lightHandlers: handlers, readPresets } = await import('../../../experiments/index.ts');
  return handlers({ presets: readPresets(presetsFolder) });
}

function choiceOf({ preset, rate, power, tile, units }: HardwareOptions): Exclude<AcceleratorChoice, string> {
  const link = {
    ...(rate === undefined ? {} : { rateGigasamplesPerSecond: numberOf('--rate', rate) }),
    ...(power === undefined ? {} : { laserPowerDbm: numberOf('--power', power) })
  };
  return {
    preset,
    ...(tile === undefined ? {} : { tile: numberOf('--tile', tile) }),
    ...(units === undefined ? {} : { units: numberOf('--units', units) }),
    ...(Object.keys(link).length === 0 ? {} : { link })
  };
}

/** The precision asked for. @throws BitlabError USAGE */
function bitsOf(text: string): number {
  const bits = numberOf('--bits', text);
  if (bits > 0 && bits <= mostReachBits) return bits;
  throw new BitlabError('USAGE', {
    reason: `--bits is ${text}, and must be above 0 and at most ${mostReachBits}`
  });
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new BitlabError('USAGE', { reason: `${option} is ${text}, and must be a number` });
}

function linkText(link: ReachAnswer['accelerator']['link']): string | null {
  return link === null ? null : `${link.organization}, ${link.rateGigasamplesPerSecond} GS/s`;
}

function reachText(answer: ReachAnswer): string {
  const { accelerator, reach, point, mode } = answer;
  const link = accelerator.link!;
  const problem = reachProblem(answer);
  const share = (sigma: number) => `${(sigma * 100).toPrecision(4)} %`;
  const total = point.losses.reduce((sum, { decibel }) => sum + decibel, 0);
  return [
    problem !== null
      ? `Infeasible. ${problem.message} ${problem.remedy}`
      : `${reach.bits} bits at ${link.rateGigasamplesPerSecond} GS/s, ${link.laserPowerDbm} dBm of each laser: N = ${reach.tile}${fractionText(reach)}.`,
    reach.cut === null ? '' : cutText(reach.cut, mode),
    listing([
      ['mode', mode],
      ['organization', link.organization],
      [
        'least light',
        reach.requiredPowerDbm === null ? null : `${reach.requiredPowerDbm.toFixed(2)} dBm at a detector`
      ],
      ['ceiling', `${point.ceilingBits.toFixed(2)} bits, however strong the light`]
    ]),
    '',
    `The accelerator as it is set, N = ${point.tile} by M = ${point.units}:`,
    listing([
      ['received', `${point.receivedPowerDbm.toFixed(2)} dBm`],
      ['precision', `${point.bits.toFixed(2)} bits`],
      ['noise at full scale', `${share(point.noiseAtFullScale)} of full scale (rms)`],
      ['  thermal, dark', share(point.noise.additive)],
      ['  shot', share(point.noise.shot)],
      ['  intensity (RIN)', share(point.noise.proportional)]
    ]),
    '',
    table(
      ['loss', 'dB'],
      [
        ...point.losses.map(({ name, decibel }) => [lossTitles[name], decibel.toFixed(2)]),
        ['all', total.toFixed(2)]
      ]
    )
  ]
    .filter((line, index) => index !== 1 || line !== '')
    .join('\n');
}

function fractionText({ fractionalTile }: ReachAnswer['reach']): string {
  return fractionalTile === null ? '' : ` (${fractionalTile.toFixed(2)} before rounding down)`;
}

function cutText(cut: 'power-grid' | 'tile-grid', mode: ReachMode): string {
  if (cut === 'power-grid')
    return 'No power of the published sweep reaches that precision; its last one was taken, as the scripts do.';
  return mode === 'published'
    ? 'N is the end of the published sweep.'
    : 'N is the largest tile that there is.';
}

function costText({ accelerator, cost }: CostAnswer): string {
  return [
    table(
      [
        'layer',
        'K',
        'tiles',
        'passes',
        'slices',
        'utilization (%)',
        'latency (us)',
        'of it weights (us)',
        'energy (uJ)'
      ],
      cost.layers.map((layer) => [
        layer.name,
        layer.reduction,
        layer.tiles,
        layer.passes,
        layer.slicePasses,
        (layer.utilization * 100).toFixed(1),
        layer.latencyMicrosecond.toFixed(3),
        layer.settingMicrosecond.toFixed(3),
        layer.energyMicrojoule.toFixed(3)
      ])
    ),
    '',
    listing([
      [
        'arrays',
        `${accelerator.cost.arrays} of ${accelerator.tile} by ${accelerator.units ?? accelerator.tile}`
      ],
      ['latency', `${cost.latencyMicrosecond.toFixed(1)} us`],
      ['energy', `${cost.energyMicrojoule.toFixed(1)} uJ`],
      ['average power', `${cost.averagePowerWatt.toFixed(2)} W`],
      ['area of converters', `${cost.areaSquareMillimetre.toFixed(2)} mm2`],
      ['FPS', cost.framesPerSecond.toFixed(1)],
      ['FPS/W', cost.framesPerSecondPerWatt.toFixed(2)],
      ['FPS/W/mm2', cost.framesPerSecondPerWattPerSquareMillimetre.toPrecision(4)],
      ['utilization', `${(cost.utilization * 100).toFixed(1)} %`]
    ]),
    '',
    table(
      ['energy of', 'uJ', '%'],
      CostPart.options.map((part) => [
        costPartTitles[part],
        cost.energies[part].toFixed(2),
        ((cost.energies[part] / cost.energyMicrojoule) * 100).toFixed(1)
      ])
    ),
    ...(cost.interpolated ? ['', 'The ADC lies between published ones, on a power law of the rate.'] : [])
  ].join('\n');
}

function presetText({ name, title, description, sources, settings }: ResolvedPreset): string {
  return [
    listing([
      ['preset', name],
      ['what', title]
    ]),
    '',
    description,
    '',
    ...sources.map((source) => `- ${source}`),
    '',
    JSON.stringify(settings, null, 2)
  ].join('\n');
}
