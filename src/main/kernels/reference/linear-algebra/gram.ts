const blockLength = 256;

/** See LinearAlgebra.addGram. */
export function addGram(x: Float32Array, size: number, columns: number, gram: Float64Array): void {
  addProduct(x, x, size, size, columns, gram);
}

/** See LinearAlgebra.addProduct. */
export function addProduct(
  t: Float32Array,
  x: Float32Array,
  outputs: number,
  inputs: number,
  columns: number,
  product: Float64Array
): void {
  for (let start = 0; start < columns; start += blockLength) {
    const end = Math.min(start + blockLength, columns);
    for (let i = 0; i < outputs; i++) {
      for (let j = 0; j < inputs; j++) {
        let sum = 0;
        for (let column = start; column < end; column++)
          sum += t[i * columns + column]! * x[j * columns + column]!;
        product[i * inputs + j]! += sum;
      }
    }
  }
}
