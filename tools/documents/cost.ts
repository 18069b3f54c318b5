import { join } from 'node:path';
import { AcceleratorSettings, CostPart, costPartTitles } from '../../src/contract/index.ts';
import { readPresets } from '../../src/main/experiments/index.ts';
import { withPreset } from '../../src/main/experiments/presets.ts';
import { dotProductsOf } from '../../src/main/inference/accelerator-cost.ts';
import { inspectModel } from '../../src/main/inference/inspect-model.ts';
import { components, converters } from '../../src/main/simulation/photonic/components.ts';
import { networkCost } from '../../src/main/simulation/photonic/index.ts';

const resources = join(import.meta.dirname, '../../resources');
const model = 'resnet18-mse';
const names = ['holylight-mam', 'deap-cnn-amm'] as const;
const rates = [1, 5];

/** The section of docs/accelerator.md on mapping and cost. */
export async function costSection(): Promise<string> {
  const presets = readPresets(join(resources, 'presets'));
  const { layers } = await inspectModel(join(resources, `samples/${model}.onnx`), model);
  const cases = names.flatMap((preset) =>
    rates.flatMap((rate) =>
      [8, 4].map((bits) => {
        const choice = { preset, link: { rateGigasamplesPerSecond: rate } };
        const settings = AcceleratorSettings.parse(withPreset(choice, presets));
        const cost = networkCost(
          layers.map((layer) => dotProductsOf(layer, bits, bits)),
          settings
        );
        return { preset, rate, bits, settings, cost };
      })
    )
  );
  const shares = cases.filter(({ rate, bits }) => rate === 5 && bits === 8);
  const part = (name: keyof typeof components) => {
    const { powerMilliwatt, areaSquareMillimetre, latencyNanosecond } = components[name];
    const area = areaSquareMillimetre === null ? '–' : String(areaSquareMillimetre);
    const latency = latencyNanosecond === null ? '–' : String(latencyNanosecond);
    return `${powerMilliwatt} | ${area} | ${latency}`;
  };
  return `## What it costs

\`bitlab accelerator cost\`, the screen _Accelerator_ and the metrics of every run on hardware with a link
([metrics.md](metrics.md)) count the same: weights stay in an array while all positions of a layer pass, for each slice of the weights,
each of the ceil(K / N) tiles of its reductions, and each block of M outputs. With slices of the operands in pairs,

\`\`\`
passes  = tiles x positions x ceil(channels / M)          tiles x outputs / M where M divides the channels
latency = passes x pairs of slices / (arrays x rate)  +  settings of weights / arrays x time of tuning
energy  = sum over the parts of power x busy time
\`\`\`

MAM's units share their inputs, so a block holds channels of one group of a convolution; AMM's take any. Setting weights is counted
because it matters: the last layers of a small network have few positions for each weight. Not counted: the fill of the pipeline (0.15 us
of the amplifier for each layer), pooling, additions and whatever else is digital.

An array of N by M has N lasers, which draw their light over the wall-plug efficiency all the time; a DAC for each modulator of inputs (N with
MAM, N x M with AMM), busy while sums are computed; N x M weight rings, held all the time at the power of a shift by a free spectral range
(the most they need), each with a DAC that is busy when it is set; two photodiodes for each unit (one with signs \`offset\`), an amplifier
and an ADC (two of both with \`differential-digital\`); one eDRAM, bus and router. The parts, of Photonic Reconfigurable Accelerators for
Efficient Inference of CNNs With Mixed-Sized Tensors (CASES 2022), Tables V to VII:

| part | mW | mm2 | ns |
| --- | --: | --: | --: |
${converters.map((each) => `| ADC at ${each.rateGigasamplesPerSecond} GS/s | ${each.powerMilliwatt} | ${each.areaSquareMillimetre} | – |`).join('\n')}
| DAC | ${part('dac')} |
| electro-optic tuning, for a free spectral range | ${part('electroOpticTuning')} |
| thermo-optic tuning, for a free spectral range | ${part('thermoOpticTuning')} |
| transimpedance amplifier | ${part('transimpedanceAmplifier')} |
| photodiode | ${part('photodiode')} |
| eDRAM | ${part('memory')} |
| bus | ${part('bus')} |
| router | ${part('router')} |

Between the rates of two ADCs, power and area follow a power law through both; beyond 1 and 5 GS/s nothing is known, and the cost is refused
(a run has none, and says so in its log) unless \`accelerator.cost\` gives them. The ADCs' bits are not told there, so cost does not depend
on \`accelerator.adc.bits\`. Area is that of ADCs and DACs alone.

The sample network ${model}, one picture of 32 x 32, one array:

| preset | GS/s | bits | utilization | latency (us) | energy (uJ) | power (W) | mm2 | FPS | FPS/W | FPS/W/mm2 |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${cases
  .map(({ preset, rate, bits, cost }) =>
    [
      preset,
      rate,
      bits,
      `${(cost.utilization * 100).toFixed(1)} %`,
      cost.latencyMicrosecond.toFixed(1),
      cost.energyMicrojoule.toFixed(0),
      cost.averagePowerWatt.toFixed(2),
      cost.areaSquareMillimetre.toFixed(1),
      cost.framesPerSecond.toFixed(0),
      cost.framesPerSecondPerWatt.toFixed(0),
      cost.framesPerSecondPerWattPerSquareMillimetre.toPrecision(3)
    ].join(' | ')
  )
  .map((cells) => `| ${cells} |`)
  .join('\n')}

Where the energy goes, at 8 bits and 5 GS/s:

| part | ${shares.map(({ preset }) => preset).join(' | ')} |
| --- | ${shares.map(() => '--:').join(' | ')} |
${CostPart.options
  .map(
    (each) =>
      `| ${costPartTitles[each]} | ${shares.map(({ cost }) => `${((cost.energies[each] / cost.energyMicrojoule) * 100).toFixed(1)} %`).join(' | ')} |`
  )
  .join('\n')}`;
}
