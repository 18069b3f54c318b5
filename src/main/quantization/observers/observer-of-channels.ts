import type { StatisticsKernels, ValueStatistics } from '../../kernels/statistics-kernels.ts';
import { elementCount } from '../../numeric/tensor.ts';
import type { Observer, ObserverKind, QuantizerSettings, Range } from '../quantizer.ts';
import type { Collector, RangeRule } from './collector.ts';

/** By which rules statistics can be read. */
export type RangeRules<Statistics extends Collector> = Readonly<
  Partial<Record<ObserverKind, RangeRule<Statistics>>>
>;

/** An observer of a whole tensor, or of each channel along an axis: one collector for each. */
export class ObserverOfChannels<Statistics extends Collector> implements Observer {
  readonly #create: () => Statistics;
  readonly #axis: number | null;
  readonly #kernels: StatisticsKernels;
  readonly #rules: RangeRules<Statistics>;
  readonly #rule: RangeRule<Statistics>;
  readonly #collectors: Statistics[];

  /**
   * @param rules by which kinds the statistics can be read @param kind by which this observer reads them
   * @param axis the axis of the channels, or null
   * @param collectors where the statistics are kept; shared with observers that read them as another kind
   */
  constructor(
    create: () => Statistics,
    rules: RangeRules<Statistics>,
    kind: ObserverKind,
    axis: number | null,
    kernels: StatisticsKernels,
    collectors: Statistics[] = []
  ) {
    const rule = rules[kind];
    if (rule === undefined) throw new TypeError(`these statistics cannot be read as ${kind}`);
    this.#create = create;
    this.#axis = axis;
    this.#kernels = kernels;
    this.#rules = rules;
    this.#rule = rule;
    this.#collectors = collectors;
  }

  observe(batch: Float32Array, shape: readonly number[], statistics?: ValueStatistics): void {
    if (elementCount(shape) !== batch.length)
      throw new RangeError(`${batch.length} values are not of shape [${shape.join(', ')}]`);
    const channels = this.#axis === null ? 1 : shape[this.#axis];
    if (channels === undefined) throw new RangeError(`no axis ${this.#axis} in shape [${shape.join(', ')}]`);
    while (this.#collectors.length < channels) this.#collectors.push(this.#create());
    if (this.#collectors.length !== channels)
      throw new RangeError(`${channels} channels after batches of ${this.#collectors.length}`);
    const inner = this.#axis === null ? batch.length : elementCount(shape.slice(this.#axis + 1));
    for (let channel = 0; channel < channels; channel++) {
      const values = channelValues(batch, channel, channels, inner);
      const known = values.length === batch.length ? statistics : undefined;
      this.#collectors[channel]!.add(values, known ?? this.#kernels.statisticsOf(values));
    }
  }

  range(settings: QuantizerSettings, destinationLevels: number | null): Range {
    const levels = destinationLevels ?? 2 ** settings.bits;
    const channels = this.#axis === null ? 1 : this.#collectors.length;
    const minimum = new Float32Array(channels).fill(Infinity);
    const maximum = new Float32Array(channels).fill(-Infinity);
    for (const [channel, statistics] of this.#collectors.entries()) {
      const extent = this.#rule(statistics, settings, levels);
      minimum[channel] = extent.minimum;
      maximum[channel] = extent.maximum;
    }
    return { minimum, maximum };
  }

  /** The same statistics, kept in the same place, read as another kind. */
  as(kind: ObserverKind): Observer {
    return new ObserverOfChannels(
      this.#create,
      this.#rules,
      kind,
      this.#axis,
      this.#kernels,
      this.#collectors
    );
  }
}

/** The values of one channel: a view where they lie together, else a copy. */
function channelValues(batch: Float32Array, channel: number, channels: number, inner: number): Float32Array {
  const stride = channels * inner;
  if (batch.length === stride) return batch.subarray(channel * inner, (channel + 1) * inner);
  const outer = stride === 0 ? 0 : batch.length / stride;
  const values = new Float32Array(outer * inner);
  for (let i = 0; i < outer; i++) {
    const start = i * stride + channel * inner;
    values.set(batch.subarray(start, start + inner), i * inner);
  }
  return values;
}
