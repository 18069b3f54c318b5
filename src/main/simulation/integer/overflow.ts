import type { IntegerLayer, SumStatistics } from '../../kernels/integer-kernels.ts';
import { outputChannels, reductionLength } from '../../kernels/layer-shape.ts';
import { bitsFor, worstCaseSums } from '../../kernels/worst-case-sums.ts';

/** How wide the accumulators of a layer must be, before its bias. */
export interface AccumulatorNeed {
  /** Bits that hold every sum and partial sum that codes in the input's range can make, for each output channel. */
  readonly worstCaseBits: Uint8Array;
  readonly largestWorstCaseBits: number;
  /** ||w||_1 of the codes less their zero point, for each output channel. */
  readonly weightNorms: Float64Array;
}

export function accumulatorNeed(layer: IntegerLayer): AccumulatorNeed {
  const worstCaseBits = Uint8Array.from(worstCaseSums(layer), ({ smallest, largest }) =>
    bitsFor(smallest, largest)
  );
  return {
    worstCaseBits,
    largestWorstCaseBits: worstCaseBits.reduce((most, bits) => Math.max(most, bits), 1),
    weightNorms: weightNorms(layer)
  };
}

/** Whether no codes of the input's range make any sum leave its accumulator, nor its bias the 32 bits in which it is added. */
export function overflowIsImpossible(layer: IntegerLayer): boolean {
  const { accumulation, bias } = layer;
  if (accumulation.kind === 'avx2-pairs') return false;
  const bits = accumulation.kind === 'limited' ? accumulation.bits : 32;
  return worstCaseSums(layer).every(({ smallest, largest }, channel) => {
    const added = bias === null ? 0 : bias[bias.length === 1 ? 0 : channel]!;
    return bitsFor(smallest, largest) <= bits && bitsFor(smallest + added, largest + added) <= 32;
  });
}

/** The bits that the data needed: those of the extremes that a run with `observed` accumulation saw. */
export const bitsThatDataNeeded = (statistics: SumStatistics): number =>
  bitsFor(statistics.smallestSum, statistics.largestSum);

/** What A2Q (Colbert et al., ICCV 2023) says about an accumulator. */
export interface A2qMargin {
  /** (2^(P-1) - 1) * 2^(s - N): a channel whose ||w||_1 is not above it cannot overflow. */
  readonly bound: number;
  readonly largestNorm: number;
  /** log2(bound / largest norm): how many bits are to spare; negative where the guarantee fails, infinite for no weights. */
  readonly marginBits: number;
  readonly guaranteed: boolean;
}

/**
 * @param accumulatorBits P
 * @param activationBits N, of the codes that enter
 * @param signed whether these are signed; s is then 1
 */
export function a2qMargin(
  weightNorms: Float64Array,
  accumulatorBits: number,
  activationBits: number,
  signed: boolean
): A2qMargin {
  const bound = (2 ** (accumulatorBits - 1) - 1) * 2 ** (Number(signed) - activationBits);
  const largestNorm = weightNorms.reduce((most, norm) => Math.max(most, norm), 0);
  return { bound, largestNorm, marginBits: Math.log2(bound / largestNorm), guaranteed: largestNorm <= bound };
}

function weightNorms(layer: IntegerLayer): Float64Array {
  const length = reductionLength(layer.shape);
  const { weights, weightZeroPoints } = layer;
  return Float64Array.from({ length: outputChannels(layer.shape) }, (_, channel) => {
    const zeroPoint = weightZeroPoints[weightZeroPoints.length === 1 ? 0 : channel]!;
    let norm = 0;
    for (let k = channel * length; k < (channel + 1) * length; k++) norm += Math.abs(weights[k]! - zeroPoint);
    return norm;
  });
}
