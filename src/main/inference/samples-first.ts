/**
 * The values of a batch, sample by sample: in the tensor they may lie behind other axes, the position in a sequence for instance.
 * @param shape of the tensor @param batchAxis along which the samples lie, with whatever else that axis has behind each
 * @returns the values themselves where the samples are first already
 */
export function samplesFirst<Values extends Int16Array | Float32Array>(
  values: Values,
  shape: readonly number[],
  batchAxis: number,
  samples: number
): Values {
  const before = shape.slice(0, batchAxis).reduce((product, extent) => product * extent, 1);
  if (before === 1 || samples === 1) return values;
  const inner = values.length / (before * samples);
  const ordered = new (values.constructor as new (length: number) => Values)(values.length);
  for (let place = 0; place < before; place++) {
    for (let sample = 0; sample < samples; sample++) {
      const from = (place * samples + sample) * inner;
      ordered.set(values.subarray(from, from + inner), (sample * before + place) * inner);
    }
  }
  return ordered;
}
