/**
 * The values of a batch, sample by sample: in the tensor their index may come behind others, the place in a sequence for instance.
 * @param before how many positions come before the index of the sample
 * @returns the values themselves where the samples are first already
 */
export function samplesFirst<Values extends Int16Array | Float32Array>(
  values: Values,
  before: number,
  samples: number
): Values {
  if (before === 1 || samples === 1) return values;
  const inner = values.length / (before * samples);
  const ordered = new (values.constructor as new (length: number) => Values)(values.length);
  for (let position = 0; position < before; position++) {
    for (let sample = 0; sample < samples; sample++) {
      const from = (position * samples + sample) * inner;
      ordered.set(values.subarray(from, from + inner), (sample * before + position) * inner);
    }
  }
  return ordered;
}
