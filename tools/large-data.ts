// Imports many pictures and runs a small network over them twice, and says how long that took and how much memory it needed at most:
// with 50,000 pictures of 500 x 375 that is ImageNet's validation set. The pictures are drawn, a few hundred different ones.
// usage: node tools/node24.mjs node tools/large-data.ts [PICTURES] [FOLDER]     50,000 pictures need some 12 GB of disk
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { Configuration, preprocessingPresets } from '../src/contract/index.ts';
import { openDataset, packDataset, PictureCache } from '../src/main/datasets/index.ts';
import { makeFloatValue, makeModel, makeNode, writeModel } from '../src/main/graph/index.ts';
import { RunComputation } from '../src/main/inference/compute-run.ts';
import type { DatasetFile } from '../src/main/inference/run-job.ts';
import { uniform } from '../src/main/numeric/random.ts';
import { weights } from '../test/graph/fixtures/small-graphs.ts';

const pictures = Number(process.argv[2] ?? 50_000);
const [width, height] = [500, 375];
const classes = 100;
const distinct = Math.min(pictures, 300);
const root = mkdtempSync(join(resolve(process.argv[3] ?? tmpdir()), 'bitlab-large-'));

const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
};

try {
  await drawPictures();
  const { preprocessing } = preprocessingPresets.imagenet;
  const container = join(root, 'container');
  const request = {
    files: [{ path: join(root, 'pictures'), name: 'pictures' }],
    labels: 'fine' as const,
    preprocessing,
    classNames: []
  };
  const [packed, importSeconds] = await timed(() => packDataset(request, container));
  const cache = new PictureCache(join(root, 'cache'), 1e10);
  const computation = new RunComputation((file) =>
    openDataset(file.path, file.format, file.preprocessing, file.name, { hash: file.hash, cache })
  );
  const evaluate: DatasetFile = {
    name: 'pictures',
    path: container,
    hash: packed.container!.hash,
    format: packed.format,
    preprocessing
  };
  const run = () =>
    computation.compute(
      {
        runId: 'large',
        model: modelFile(),
        evaluate,
        samples: 'all',
        calibrate: null,
        calibrationSamples: 0,
        configuration: Configuration.parse({ arithmetic: 'float' }),
        threads: 1
      },
      () => {},
      new AbortController().signal
    );
  say(`Imported in ${importSeconds.toFixed(0)} s.`);
  const [first, decodingSeconds] = await timed(run);
  say(`Ran in ${decodingSeconds.toFixed(0)} s.`);
  const [second, cachedSeconds] = await timed(run);
  const report = {
    pictures: packed.samples,
    containerBytes: packed.container!.bytes,
    importSeconds,
    decodingSeconds,
    cachedSeconds,
    same: first.logitsHash === second.logitsHash,
    /** Of the whole process, ONNX Runtime and decoders included. */
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000)
  };
  console.log(JSON.stringify(report, null, 1));
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** What is done so far, and the memory that it took at most. */
function say(text: string): void {
  console.error(`${text} ${Math.round(process.resourceUsage().maxRSS / 1000)} MB.`);
}

/** JPEG files in a folder for each class; each of them is one of the distinct ones by another name. */
async function drawPictures(): Promise<void> {
  const drawn: string[] = [];
  mkdirSync(join(root, 'drawn'));
  for (let index = 0; index < distinct; index++) {
    const path = join(root, 'drawn', `${index}.jpg`);
    writeFileSync(path, await jpeg(index));
    drawn.push(path);
  }
  for (let label = 0; label < classes; label++)
    mkdirSync(join(root, 'pictures', `class-${label}`), { recursive: true });
  // Links take no disk; what is imported from them is copied.
  for (let index = 0; index < pictures; index++)
    linkSync(drawn[index % distinct]!, join(root, 'pictures', `class-${index % classes}`, `${index}.jpg`));
}

function jpeg(index: number): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3);
  const [a, b, c] = [1, 2, 3].map((stream) => 5 + 40 * uniform(index, stream, 0)) as [number, number, number];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      data[at] = 128 + 100 * Math.sin(x / a + y / b);
      data[at + 1] = 128 + 100 * Math.sin(x / b - y / c);
      data[at + 2] = (x * y * (index + 1)) & 255;
    }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Pools each channel and weighs them: next to no work, so that the data is what is measured. */
function modelFile(): { name: string; path: string; hash: string } {
  const model = makeModel({
    nodes: [
      makeNode('GlobalAveragePool', ['x'], ['p'], {}, 'pool'),
      makeNode('Flatten', ['p'], ['f'], {}, 'flatten'),
      makeNode('Gemm', ['f', 'w', 'b'], ['y'], { transB: 1 }, 'dense')
    ],
    initializers: [weights('w', [classes, 3], 1), weights('b', [classes], 2)],
    inputs: [makeFloatValue('x', ['batch', 3, 224, 224])],
    outputs: [makeFloatValue('y', ['batch', classes])]
  });
  const bytes = writeModel(model);
  const path = join(root, 'model.onnx');
  if (statSync(path, { throwIfNoEntry: false }) === undefined) writeFileSync(path, bytes);
  return { name: 'pool', path, hash: createHash('sha256').update(bytes).digest('hex') };
}
