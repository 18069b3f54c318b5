/**
 * Patches of one sample and one group of channels as a matrix: channels * kernelHeight * kernelWidth rows, one column for
 * each output position, zeros where a patch reaches over the edge.
 * @param columns distance between rows of `patches`, in elements: samples stand beside each other
 */
export function im2col(
  input: usize,
  patches: usize,
  channels: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
  dilationY: i32,
  dilationX: i32,
  outputHeight: i32,
  outputWidth: i32,
  columns: i32
): void {
  let row = patches;
  for (let channel = 0; channel < channels; channel++) {
    const plane = input + ((<usize>channel * height * width) << 2);
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        const startX = kx * dilationX - padLeft;
        let to = row;
        for (let oy = 0; oy < outputHeight; oy++) {
          const y = oy * strideY + ky * dilationY - padTop;
          if (y < 0 || y >= height) memory.fill(to, 0, (<usize>outputWidth) << 2);
          else copyRow(plane + ((<usize>y * width) << 2), to, width, startX, strideX, outputWidth);
          to += (<usize>outputWidth) << 2;
        }
        row += (<usize>columns) << 2;
      }
    }
  }
}

function copyRow(from: usize, to: usize, width: i32, startX: i32, strideX: i32, count: i32): void {
  if (strideX == 1) {
    const first = min(max(-startX, 0), count);
    const end = max(min(width - startX, count), first);
    memory.fill(to, 0, (<usize>first) << 2);
    if (end > first)
      memory.copy(
        to + ((<usize>first) << 2),
        from + ((<usize>(startX + first)) << 2),
        (<usize>(end - first)) << 2
      );
    memory.fill(to + ((<usize>end) << 2), 0, (<usize>(count - end)) << 2);
    return;
  }
  let x = startX;
  for (let i = 0; i < count; i++, x += strideX) {
    const inside = x >= 0 && x < width;
    store<f32>(to + ((<usize>i) << 2), inside ? load<f32>(from + ((<usize>x) << 2)) : 0);
  }
}
