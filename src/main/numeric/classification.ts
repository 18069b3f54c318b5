/**
 * What logits say: rows of `classes` float32 values, one row for each sample, row-major. Ties go to the lower class, as in
 * NumPy and PyTorch. NaN never wins; whoever must not meet it checks before.
 */

/** The class with the largest logit for each row. @param logits samples x classes */
export function argmaxRows(logits: Float32Array, classes: number): Int32Array {
  const samples = rowCount(logits, classes);
  const result = new Int32Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * classes;
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[start + k]! > logits[start + best]!) best = k;
    result[sample] = best;
  }
  return result;
}

/** The `k` classes with the largest logits of one row, largest first (fewer where the row is shorter). */
export function topClasses(row: Float32Array, k: number): number[] {
  return Array.from(row.keys())
    .sort((a, b) => row[b]! - row[a]! || a - b)
    .slice(0, k);
}

/**
 * How many rows have their label among their `k` largest logits.
 * @param logits samples x classes @param labels one class for each row
 */
export function topHits(logits: Float32Array, labels: ArrayLike<number>, classes: number, k: number): number {
  const samples = checkedRows(logits, labels, classes);
  let hits = 0;
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * classes;
    const label = labels[sample]!;
    const logit = logits[start + label]!;
    let before = 0;
    for (let other = 0; other < classes; other++) {
      const value = logits[start + other]!;
      if (value > logit || (value === logit && other < label)) before++;
    }
    if (before < k) hits++;
  }
  return hits;
}

/** The probabilities of one row, exp(x - max) / sum, in float64. */
export function softmax(row: ArrayLike<number>): Float64Array {
  let maximum = -Infinity;
  for (let k = 0; k < row.length; k++) maximum = Math.max(maximum, row[k]!);
  const result = new Float64Array(row.length);
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += result[k] = Math.exp(row[k]! - maximum);
  for (let k = 0; k < row.length; k++) result[k]! /= sum;
  return result;
}

/**
 * The mean cross-entropy -ln softmax(row)[label] over the rows, in nat; NaN for no rows.
 * @param logits samples x classes @param labels one class for each row
 */
export function meanCrossEntropy(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  const samples = checkedRows(logits, labels, classes);
  let total = 0;
  for (let sample = 0; sample < samples; sample++) {
    const start = sample * classes;
    let maximum = -Infinity;
    for (let k = 0; k < classes; k++) maximum = Math.max(maximum, logits[start + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[start + k]! - maximum);
    total += Math.log(sum) - (logits[start + labels[sample]!]! - maximum);
  }
  return total / samples;
}

/** How the predictions for each class came out: the share of its rows whose largest logit is its own, the mean over the classes that have rows. */
export function meanClassAccuracy(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  checkedRows(logits, labels, classes);
  const rows = new Float64Array(classes);
  const hits = new Float64Array(classes);
  for (const [sample, prediction] of argmaxRows(logits, classes).entries()) {
    const label = labels[sample]!;
    rows[label]!++;
    hits[label]! += Number(prediction === label);
  }
  let sum = 0;
  let occurring = 0;
  for (let k = 0; k < classes; k++) {
    if (rows[k] === 0) continue;
    sum += hits[k]! / rows[k]!;
    occurring++;
  }
  return sum / occurring;
}

/**
 * The expected calibration error: rows are put into `bins` bins of equal width by their confidence, the largest probability of
 * softmax; the sum over the bins of their share of the rows times the distance between accuracy and mean confidence. Bin m is
 * ((m - 1) / bins, m / bins]. NaN for no rows. Source: Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML
 * 2017, equations 2 and 3.
 * @param logits samples x classes @param labels one class for each row
 */
export function expectedCalibrationError(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  bins = 15
): number {
  const samples = checkedRows(logits, labels, classes);
  const confidence = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (const [sample, prediction] of argmaxRows(logits, classes).entries()) {
    const largest = softmax(logits.subarray(sample * classes, (sample + 1) * classes))[prediction]!;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(largest * bins) - 1));
    confidence[bin]! += largest;
    hits[bin]! += Number(prediction === labels[sample]);
  }
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) sum += Math.abs(hits[bin]! - confidence[bin]!);
  return sum / samples;
}

/**
 * The mean Kullback-Leibler divergence over the rows, sum p (ln p - ln q) with p = softmax(reference) and q = softmax(logits), in
 * nat; NaN for no rows.
 * @param reference samples x classes @param logits of the same shape
 */
export function meanDivergence(reference: Float32Array, logits: Float32Array, classes: number): number {
  const samples = rowCount(logits, classes);
  if (reference.length !== logits.length)
    throw new RangeError(`lengths differ: ${reference.length} and ${logits.length}`);
  let total = 0;
  for (let start = 0; start < logits.length; start += classes) {
    const own = logProbabilities(logits.subarray(start, start + classes));
    const expected = logProbabilities(reference.subarray(start, start + classes));
    for (let k = 0; k < classes; k++) total += Math.exp(expected[k]!) * (expected[k]! - own[k]!);
  }
  return total / samples;
}

/** The logarithms of `softmax`, which stay finite where probabilities vanish. */
function logProbabilities(row: Float32Array): Float64Array {
  let maximum = -Infinity;
  for (const logit of row) maximum = Math.max(maximum, logit);
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - maximum);
  const shift = maximum + Math.log(sum);
  return Float64Array.from(row, (logit) => logit - shift);
}

function rowCount(logits: Float32Array, classes: number): number {
  const samples = logits.length / classes;
  if (!Number.isInteger(samples)) throw new RangeError(`${logits.length} logits are not rows of ${classes}`);
  return samples;
}

function checkedRows(logits: Float32Array, labels: ArrayLike<number>, classes: number): number {
  const samples = rowCount(logits, classes);
  if (labels.length !== samples) throw new RangeError(`${labels.length} labels for ${samples} rows`);
  for (let sample = 0; sample < samples; sample++) {
    const label = labels[sample]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new RangeError(`the label ${label} of sample ${sample} is not one of ${classes} classes`);
  }
  return samples;
}
