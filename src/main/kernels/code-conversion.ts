/** A grid that codes stand on: value = (code - zeroPoint) * scale, codes between `low` and `high`, which fit into 16 bits. */
export interface CodeGrid {
  /** float32, above 0 */
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

/** Values of activations to codes and back. The plain reference and the WebAssembly kernels give the same bits. */
export interface CodeConversion {
  /**
   * clamp(rint(f32(value / scale)) + zeroPoint, low, high), ties to even.
   * @param codes where they go, as many as there are values
   * @returns the index of the first value that is NaN, or -1; codes from there on may be missing
   */
  valuesToCodes(values: Float32Array, grid: CodeGrid, codes: Int16Array): number;
  /** f32((code - zeroPoint) * scale). @param values where they go, as many as there are codes */
  codesToValues(codes: Int16Array, grid: CodeGrid, values: Float32Array): void;
}
