export interface ZooRow {
  readonly family: string;
  readonly opset: number;
  readonly parameters: number;
  readonly macs: number;
  readonly layers: number;
  readonly floatOperators: readonly string[];
  /** PyTorch's logits against Bitlab's, in float. */
  readonly floatSqnrDb: number;
  readonly simulatedSqnrDb: number;
  readonly integerSqnrDb: number;
  readonly kernels: 'onnxruntime' | 'bitlab';
  readonly seconds: number;
  /** That it was evaluated on. */
  readonly pictures: number;
}

/** What every family is asked to reach, simulated and integer. */
const requiredDb = 20;

/** docs/zoo.md. @param missing families that were not measured */
export function zooDocument(
  rows: readonly ZooRow[],
  { torch, torchvision }: { readonly torch: string; readonly torchvision: string },
  missing: readonly string[]
): string {
  const millions = (count: number) => (count / 1e6).toFixed(count < 1e7 ? 2 : count < 1e9 ? 1 : 0);
  const decibel = (value: number) => value.toFixed(1);
  const table = rows.map((row) => [
    row.family,
    row.opset,
    millions(row.parameters),
    millions(row.macs),
    row.layers,
    row.pictures,
    decibel(row.floatSqnrDb),
    decibel(row.simulatedSqnrDb),
    decibel(row.integerSqnrDb),
    row.kernels === 'bitlab' ? "Bitlab's" : "ONNX Runtime's",
    `${row.seconds.toFixed(0)} s`,
    row.floatOperators.join(', ') || 'none'
  ]);
  const head = [
    'family',
    'opset',
    'parameters (M)',
    'MACs (M)',
    'layers',
    'pictures',
    'float (dB)',
    'simulated (dB)',
    'integer (dB)',
    'integer kernels',
    'time',
    'left in float'
  ];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const lowest = Math.min(...rows.flatMap((row) => [row.simulatedSqnrDb, row.integerSqnrDb]));
  const minutes = Math.ceil(rows.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  return `# The zoo

Written by \`npm run zoo\`: torchvision's families as PyTorch exports them, with random weights, through Bitlab at 8 bits in the
default configuration. The program tools/zoo.py makes the files (PyTorch ${torch}, torchvision ${torchvision}; 2 GB in
the temporary folder), and says what is random about them. Ranges come from 16 pictures, the numbers from others. Exports and
table take about a quarter of an hour of processor time; by the clock the table took ${minutes} minutes, on two cores.

| ${head.join(' | ')} |
| ${head.map((_, i) => (i === 0 || i >= 9 ? '---' : '---:')).join(' | ')} |
${table.map(line).join('\n')}

- *Layers* are the Conv, Gemm and MatMul with constant weights; all of them are quantized, weights and activations.
- *Float* is the SQNR between PyTorch's logits and those of Bitlab before anything is quantized: both compute in float32, and add up in
  another order. *Simulated* and *integer* are the SQNR between float and quantized logits. Every family is asked for more than
  ${requiredDb} dB; the lowest here has ${lowest.toFixed(1)} dB.
- *Left in float* are the operators that are no layers and do more than move values or take their mean; see docs/models.md. Where the
  bias of a matrix product is added to more than two dimensions (ConvNeXt, ViT), Bitlab's own kernels compute the integers.
${missing.length === 0 ? '' : `- Not measured in this run: ${missing.join(', ')}.\n`}- Random weights say that a network goes through and computes what it should, not how much accuracy 8 bits cost.

The same families with few channels are in test/data/zoo, and go through on every run of the tests (test/zoo).
`;
}
