import type { Configuration, LayerResult, QuantizerSummary } from '../../../contract/index.ts';
import { settingText } from './format.ts';
import { table, type Cell } from './output.ts';

/** The layers of a run: their quantizers, and what these cost. */
export function layerTable(layers: readonly LayerResult[]): string {
  return table(
    [
      'layer',
      'operator',
      'weight bits',
      'weight scale',
      'weight range',
      'weight SQNR (dB)',
      'weights clipped (%)',
      'weight levels used',
      'output bits',
      'output scale',
      'output range',
      'output SQNR alone (dB)',
      'outputs clipped (%)',
      'output levels used',
      'output SQNR to float (dB)'
    ],
    layers.map(({ name, operator, weights, weightSqnrDb, output, report }) => [
      name,
      operator,
      weights?.bits ?? null,
      ...quantizerCells(weights),
      decimals(weightSqnrDb),
      percent(report?.weightsClipped),
      used(report?.weightLevelsUsed, report?.weightLevels),
      output?.bits ?? null,
      ...quantizerCells(output),
      decimals(report?.activationSqnrDb),
      percent(report?.outputClipped),
      used(report?.outputLevelsUsed, report?.outputLevels),
      decimals(report?.outputSqnrDb)
    ])
  );
}

/** What a configuration says of single layers: `first: weights.bits 8; last: weights.bits 8`; null where it says nothing. */
export function keptText({ arithmetic, layers }: Configuration): string | null {
  if (arithmetic === 'float') return null;
  const texts = Object.entries(layers).map(([layer, override]) => {
    const settings = Object.entries(override).flatMap(([part, changes]) =>
      Object.entries(changes ?? {}).map(([name, value]) => `${part}.${name} ${settingText(value)}`)
    );
    return `${layer}: ${settings.join(', ')}`;
  });
  return texts.length === 0 ? null : texts.join('; ');
}

/** Scale and range; of several scales the smallest and the largest. */
function quantizerCells(quantizer: QuantizerSummary | null): Cell[] {
  if (quantizer === null) return [null, null];
  const { scale, minimum, maximum } = quantizer;
  const [smallest, largest] = [least(scale), -least(scale.map((value) => -value))];
  const digits = (value: number) => value.toPrecision(3);
  return [
    smallest === largest ? digits(smallest) : `${digits(smallest)} to ${digits(largest)}`,
    `${least(minimum).toPrecision(4)} to ${(-least(maximum.map((value) => -value))).toPrecision(4)}`
  ];
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const decimals = (value: number | null | undefined): Cell => value?.toFixed(2) ?? null;
const percent = (share: number | null | undefined): Cell =>
  share === null || share === undefined ? null : (100 * share).toFixed(3);
const used = (count: number | null | undefined, levels: number | null | undefined): Cell =>
  count === null || count === undefined ? null : `${count}/${levels}`;
