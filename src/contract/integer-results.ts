import { z } from 'zod';

/** How a layer's sums fared in integer arithmetic. */
export const IntegerResult = z.object({
  /** Bits of the accumulator that was chosen. */
  accumulatorBits: z.int(),
  /**
   * Additions whose exact result did not fit, and their share of all. ONNX Runtime's kernels do not count: 0 where the weights allow
   * none, else null.
   */
  overflows: z.int().nullable(),
  overflowShare: z.number().nullable(),
  /** Bits that hold every sum which codes of the input's range can make, before the bias. */
  worstCaseBits: z.int(),
  /** Bits that the sums of the first 20 samples (of fewer in large networks) needed, partial sums included; null in old runs. */
  dataBits: z.int().nullable(),
  /** How many bits the guarantee of A2Q has to spare; below 0 it fails. Null for a layer whose weights are all zero. */
  a2qMarginBits: z.number().nullable(),
  /** The largest error of a bias, in units of the float bias and of the output's codes; null where there is none. */
  biasError: z.number().nullable(),
  biasErrorCodes: z.number().nullable()
});

/** How codes differ from those of the integers. */
export const CodeDifference = z.object({ differing: z.int(), share: z.number(), largest: z.int() });

/** How many samples are recognized, and how many are taken for another class than by the integers. */
const Recognition = z.object({ right: z.int(), differing: z.int() });

/** The same run three ways: simulated, in integers, and in integers with its accumulators, compared with the second. */
export const Divergence = z.object({
  samples: z.int(),
  accumulatorBits: z.int(),
  predictions: z.object({ simulated: Recognition, integer: Recognition, limited: Recognition }),
  /** The layers whose output has codes, in order. */
  layers: z.array(
    z.object({
      name: z.string(),
      /** How many codes were compared. */
      codes: z.int(),
      /** Bits that the exact sums of the first samples needed, partial sums included; as in IntegerResult. */
      dataBits: z.int(),
      simulated: CodeDifference,
      limited: CodeDifference
    })
  ),
  /** The first layer where codes part, or null where none do. */
  firstSimulated: z.string().nullable(),
  firstLimited: z.string().nullable(),
  /** For each sample the differences layer by layer. */
  perSample: z.array(
    z.object({ sample: z.int(), simulated: z.array(CodeDifference), limited: z.array(CodeDifference) })
  )
});

/** `largestAt`: for each position the largest difference among its channels, height x width, row-major. */
export const CodeMap = CodeDifference.extend({ largestAt: z.array(z.int()) });

/** Where the codes of one sample differ from those of the integers, layer by layer. */
export const CodeMaps = z.object({
  sample: z.int(),
  accumulatorBits: z.int(),
  layers: z.array(
    z.object({
      name: z.string(),
      channels: z.int(),
      height: z.int(),
      width: z.int(),
      simulated: CodeMap,
      limited: CodeMap
    })
  )
});

export type IntegerResult = z.infer<typeof IntegerResult>;
export type CodeDifference = z.infer<typeof CodeDifference>;
export type Divergence = z.infer<typeof Divergence>;
export type CodeMap = z.infer<typeof CodeMap>;
export type CodeMaps = z.infer<typeof CodeMaps>;
