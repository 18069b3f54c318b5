import { outputExtents, patchSize, type PatchGeometry } from '../../linear-algebra.ts';

/** See LinearAlgebra.im2col. */
export function im2col(
  input: Float32Array,
  samples: number,
  geometry: PatchGeometry,
  group: number
): Float32Array {
  const { channels, height, width, kernel, strides, pads, dilations, groups } = geometry;
  const [outputHeight, outputWidth] = outputExtents(geometry);
  const positions = outputHeight * outputWidth;
  const columns = samples * positions;
  const patches = new Float32Array(patchSize(geometry) * columns);
  const channelsInGroup = channels / groups;
  for (let sample = 0; sample < samples; sample++) {
    let row = 0;
    for (let channel = group * channelsInGroup; channel < (group + 1) * channelsInGroup; channel++) {
      const plane = (sample * channels + channel) * height * width;
      for (let ky = 0; ky < kernel[0]; ky++) {
        for (let kx = 0; kx < kernel[1]; kx++, row++) {
          for (let position = 0; position < positions; position++) {
            const y = Math.floor(position / outputWidth) * strides[0] + ky * dilations[0] - pads[0];
            const x = (position % outputWidth) * strides[1] + kx * dilations[1] - pads[1];
            const inside = y >= 0 && y < height && x >= 0 && x < width;
            patches[row * columns + sample * positions + position] = inside
              ? input[plane + y * width + x]!
              : 0;
          }
        }
      }
    }
  }
  return patches;
}
