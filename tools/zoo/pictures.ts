import type { SampleSource } from '../../src/main/inference/run-job.ts';

const channels = 3;
/** Blocks of colour along each side of a picture. */
const blocks = 4;

/** Numbers from -1 to 1 without order; tools/zoo.py has the same in NumPy. */
function noise(index: number): number {
  let x = Math.imul(index + 1, 2654435761) >>> 0;
  for (const shift of [16, 13]) x = Math.imul(x ^ (x >>> shift), 2246822519) >>> 0;
  return Math.fround((x >>> 8) / 2 ** 23 - 1);
}

/** The picture of that number as tools/zoo.py draws it, bit for bit: coarse blocks of colour with fine noise on top. */
function drawPicture(picture: number, side: number, values: Float32Array): void {
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = picture * channels + channel;
    for (let row = 0; row < side; row++) {
      const blockRow = plane * blocks + Math.floor((row * blocks) / side);
      for (let column = 0; column < side; column++) {
        const fine = noise((plane * side + row) * side + column);
        const coarse = noise(2 ** 30 + blockRow * blocks + Math.floor((column * blocks) / side));
        values[at++] = fine + coarse;
      }
    }
  }
}

/** Pictures from number `first` on, with the class that PyTorch's logits say as their label. */
export function zooPictures(first: number, side: number, labels: Int32Array, classes: number): SampleSource {
  const size = channels * side * side;
  return {
    samples: labels.length,
    shape: [channels, side, side],
    labels,
    classes,
    async batch(from: number | ArrayLike<number>, count: number = 0): Promise<Float32Array> {
      const chosen: number[] = [];
      if (typeof from === 'number') for (let i = 0; i < count; i++) chosen.push(from + i);
      else for (let i = 0; i < from.length; i++) chosen.push(from[i]!);
      const values = new Float32Array(chosen.length * size);
      chosen.forEach((sample, i) =>
        drawPicture(first + sample, side, values.subarray(i * size, (i + 1) * size))
      );
      return values;
    }
  };
}
