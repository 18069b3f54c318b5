import { citations, type CitedMethod, type Configuration, type Run } from '../../../contract/index.ts';
import { texText } from './tex-text.ts';

/** What the paragraph needs of a run, beside its row. */
export interface DescribedRun {
  readonly run: Run;
  readonly calibrationDataset: string | null;
  readonly calibrationSamples: number;
}

export interface MethodsParagraph {
  /** LaTeX, sentences with \cite. */
  readonly text: string;
  readonly cited: readonly CitedMethod[];
}

interface Versions {
  readonly bitlab: string;
  readonly onnxRuntime: string | null;
}

/** States in words how the runs were configured. Where they differ in something, all that occurs is listed. */
export function methodsParagraph(described: readonly DescribedRun[], versions: Versions): MethodsParagraph {
  const writer = new Writer();
  const quantized = described.filter(({ run }) => !run.baseline).map(({ run }) => run.configuration);
  const models = unique(described.map(({ run }) => run.model)).map(texText);
  const networks = models.length === 1 ? `the network ${models[0]}` : `the networks ${list(models)}`;
  const runtime =
    versions.onnxRuntime === null
      ? ''
      : ` on ONNX Runtime ${texText(versions.onnxRuntime)}${writer.cite('onnxruntime')}`;
  writer.add(
    quantized.length === 0
      ? `We evaluated ${networks} in float with Bitlab ${texText(versions.bitlab)}${runtime}.`
      : `We quantized ${networks} after training with Bitlab ${texText(versions.bitlab)}${runtime}.`
  );
  if (quantized.length > 0) {
    writer.add(arithmetics(quantized, writer));
    writer.add(preparation(quantized, writer));
    writer.add(weights(quantized, writer));
    writer.add(activations(quantized, described, writer));
    writer.add(biases(quantized));
    const overridden = quantized.filter(({ layers }) => Object.keys(layers).length > 0);
    if (overridden.length > 0) {
      const names = unique(overridden.flatMap(({ layers }) => Object.keys(layers))).map(texText);
      writer.add(`Settings of their own had the layers ${list(names)}.`);
    }
  }
  writer.add(evaluation(described, writer));
  return { text: writer.text(), cited: writer.cited };
}

/** Sentences as they come, and what they cite. */
class Writer {
  readonly #sentences: string[] = [];
  readonly #cited = new Set<CitedMethod>();

  get cited(): CitedMethod[] {
    return [...this.#cited];
  }

  add(sentence: string): void {
    if (sentence !== '') this.#sentences.push(sentence);
  }

  cite(method: CitedMethod): string {
    this.#cited.add(method);
    return `~\\cite{${citations[method].key}}`;
  }

  text(): string {
    return `${this.#sentences.join('\n')}\n`;
  }
}

function arithmetics(all: readonly Configuration[], writer: Writer): string {
  const words: Record<Configuration['arithmetic'], () => string> = {
    float: () => 'in float',
    simulated: () => `with fake quantization in float32, as PyTorch does${writer.cite('pytorch')}`,
    integer: () => `with integer codes and integer sums${writer.cite('integer')}`,
    accelerator: () => 'with integer codes on a simulated accelerator'
  };
  const found = values(all, ({ arithmetic }) => arithmetic).map((name) => words[name]());
  const integer = all.filter(({ arithmetic }) => arithmetic === 'integer');
  const registers = values(integer, ({ accumulator: { bits } }) => bits).filter((bits) => bits < 32);
  const narrow =
    registers.length === 0
      ? ''
      : `, in accumulators of ${list(registers.map(String))} bits that ${list(
          values(integer, ({ accumulator }) => (accumulator.overflow === 'wrap' ? 'wrap' : 'saturate')),
          'or'
        )}`;
  return `Layers were computed ${list(found, 'or')}${narrow}.`;
}

function preparation(all: readonly Configuration[], writer: Writer): string {
  const words: Record<Configuration['prepare'][number], () => string> = {
    'fold-batch-norm': () => 'batch normalization was folded into the convolutions before it',
    'cross-layer-equalization': () => `ranges were equalized across layers${writer.cite('equalization')}`,
    'bias-correction': () =>
      `what the rounding of weights did to the mean of each output was taken out of the biases${writer.cite('equalization')}`
  };
  const steps = unique(all.flatMap(({ prepare }) => prepare));
  if (steps.length === 0) return '';
  const text = list(steps.map((step) => words[step]()));
  const some = all.some(({ prepare }) => steps.some((step) => !prepare.includes(step)));
  return `${some ? 'Where an experiment asked for it, ' : ''}${some ? text : capital(text)}.`;
}

function weights(all: readonly Configuration[], writer: Writer): string {
  const granularities = {
    tensor: 'one scale for each layer',
    channel: 'a scale for each output channel',
    group: 'a scale for each group of input channels'
  } as const;
  const grids: Record<Configuration['weights']['grid'], () => string> = {
    uniform: () => 'evenly spaced levels',
    'powers-of-two': () => `powers of two as levels${writer.cite('apot')}`,
    apot: () => `sums of powers of two as levels${writer.cite('apot')}`,
    codebook: () => 'the levels of a codebook',
    float: () => `minifloats as levels${writer.cite('float')}`
  };
  const roundings: Record<Configuration['weights']['rounding'], () => string> = {
    nearest: () => 'to the nearest level, ties to even',
    adaround: () => `by AdaRound${writer.cite('adaround')}`,
    gptq: () => `by GPTQ${writer.cite('gptq')}`
  };
  const of = <T>(pick: (weights: Configuration['weights']) => T) => values(all, (each) => pick(each.weights));
  return [
    `Weights had ${bits(of((each) => each.bits))}, ${list(
      of(({ scheme }) => scheme),
      'or'
    )} quantizers with ${list(
      of(({ granularity }) => granularities[granularity]),
      'or'
    )}, and ${list(
      of(({ grid }) => grid).map((grid) => grids[grid]()),
      'or'
    )};`,
    `their ranges were found by ${ranges(
      of(({ range }) => range),
      writer
    )},`,
    `and they were rounded ${list(
      of(({ rounding }) => rounding).map((rounding) => roundings[rounding]()),
      'or'
    )}.`
  ].join('\n');
}

function activations(
  all: readonly Configuration[],
  described: readonly DescribedRun[],
  writer: Writer
): string {
  const of = <T>(pick: (activations: Configuration['activations']) => T) =>
    values(all, (each) => pick(each.activations));
  const calibrated = unique(
    described.flatMap(({ run, calibrationDataset, calibrationSamples }) =>
      run.baseline || calibrationDataset === null
        ? []
        : [`${calibrationSamples} samples of ${texText(calibrationDataset)}`]
    )
  );
  const where = calibrated.length === 0 ? '' : ` on ${list(calibrated, 'or')}`;
  return [
    `Activations had ${bits(of((each) => each.bits))} and ${list(
      of(({ scheme }) => scheme),
      'or'
    )} quantizers with one scale for each tensor;`,
    `their ranges were found by ${ranges(
      of(({ observer }) => observer),
      writer
    )}${where}.`
  ].join('\n');
}

function biases(all: readonly Configuration[]): string {
  const found = values(all, ({ bias }) => {
    if (bias === 'float') return 'stayed in float';
    if (bias === 'int32')
      return 'were rounded to 32-bit multiples of the product of the activation and weight scales';
    return `had ${bias.bits} bits and scales of their own`;
  });
  return `Biases ${list(found, 'or')}.`;
}

function evaluation(described: readonly DescribedRun[], writer: Writer): string {
  const data = unique(
    described.map(
      ({ run }) =>
        `${run.samples.toLocaleString('en-US').replaceAll(',', '\\,')} samples of ${texText(run.dataset)}`
    )
  );
  const seeds = unique(described.filter(({ run }) => !run.baseline).map(({ run }) => run.seed));
  const repeats = seeds.length > 1 ? ` Each configuration was run with ${seeds.length} seeds.` : '';
  return `Accuracies are top-1 on ${list(data, 'or')}, with 95\\,\\% Wilson score intervals${writer.cite('wilson')}.${repeats}`;
}

function ranges(names: readonly Configuration['activations']['observer'][], writer: Writer): string {
  const words: Record<Configuration['activations']['observer'], () => string> = {
    minmax: () => 'their minimum and maximum',
    'moving-average': () => 'the moving average of their minimum and maximum',
    histogram: () => `PyTorch's histogram search${writer.cite('pytorch')}`,
    percentile: () => `percentiles${writer.cite('percentile')}`,
    mse: () => `the least mean squared error${writer.cite('mse')}`,
    entropy: () => `the least relative entropy${writer.cite('entropy')}`,
    'output-error': () =>
      `a search for the least squared error of the network's output${writer.cite('output-error')}`
  };
  return list(
    names.map((name) => words[name]()),
    'or'
  );
}

function bits(widths: readonly number[]): string {
  return `${list([...widths].sort((a, b) => b - a).map(String), 'or')} bits`;
}

function unique<T>(all: readonly T[]): T[] {
  return [...new Set(all)];
}

function values<T>(all: readonly Configuration[], pick: (configuration: Configuration) => T): T[] {
  return unique(all.map(pick));
}

function list(parts: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (parts.length < 2) return parts[0] ?? 'none';
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)!}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
