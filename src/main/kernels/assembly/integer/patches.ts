/**
 * Writes the codes of one sample, less what is to be subtracted, into planes with a border.
 * @param codes int16 (channels, height, width)
 * @param planes int16 (channels, paddedHeight, paddedWidth)
 */
export function padPlanes(
  codes: usize,
  planes: usize,
  channels: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  paddedHeight: i32,
  paddedWidth: i32,
  subtracted: i32,
  border: i32
): void {
  let target = planes;
  const right = max(paddedWidth - left - width, 0);
  for (let channel = 0; channel < channels; channel++) {
    target = fill(target, top * paddedWidth, border);
    for (let y = 0; y < height; y++) {
      target = fill(target, left, border);
      shifted(codes, target, width, subtracted);
      codes += <usize>width << 1;
      target = fill(target + (<usize>width << 1), right, border);
    }
    target = fill(target, (paddedHeight - top - height) * paddedWidth, border);
  }
}

@inline
function fill(target: usize, count: i32, value: i32): usize {
  const end = target + (<usize>count << 1);
  while (target < end) {
    store<i16>(target, <i16>value);
    target += 2;
  }
  return target;
}

/** Copies codes, less a constant. */
@inline
function shifted(source: usize, target: usize, count: i32, subtracted: i32): void {
  const vector = i16x8.splat(<i16>subtracted);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const at = <usize>i << 1;
    v128.store(target + at, i16x8.sub(v128.load(source + at), vector));
  }
  for (; i < count; i++) {
    const at = <usize>i << 1;
    store<i16>(target + at, <i16>(<i32>load<i16>(source + at) - subtracted));
  }
}

/** How the eight positions of a panel lie in a plane. */
const NEIGHBOURS = 0;
const EVERY_SECOND = 1;
const TWO_FOURS = 2;
const ANYWHERE = 3;

/**
 * im2col: the patches of some positions as panels.
 * @param kernelOffsets int32, bytes from a position's first code to the code of each reduction index, two for each pair
 * @param positionOffsets int32, bytes from `planes` to each position's first code, eight for each panel, -1 for none
 * @param arrangements int32, one for each panel; beyond ANYWHERE: positions are missing
 */
export function gatherPatches(
  planes: usize,
  kernelOffsets: usize,
  positionOffsets: usize,
  arrangements: usize,
  pairs: i32,
  panels: i32,
  target: usize
): void {
  const end = kernelOffsets + (<usize>pairs << 3);
  for (let panel = 0; panel < panels; panel++) {
    const offsets = positionOffsets + (<usize>panel << 5);
    const arrangement = load<i32>(arrangements + (<usize>panel << 2));
    const first = planes + load<i32>(offsets);
    if (arrangement == NEIGHBOURS) {
      for (let k = kernelOffsets; k < end; k += 8, target += 32) {
        storePair(target, v128.load(first + load<i32>(k)), v128.load(first + load<i32>(k, 4)));
      }
    } else if (arrangement == EVERY_SECOND) {
      for (let k = kernelOffsets; k < end; k += 8, target += 32) {
        storePair(target, everySecond(first + load<i32>(k)), everySecond(first + load<i32>(k, 4)));
      }
    } else if (arrangement == TWO_FOURS) {
      const second = planes + load<i32>(offsets, 16);
      for (let k = kernelOffsets; k < end; k += 8, target += 32) {
        const one = <usize>load<i32>(k);
        const two = <usize>load<i32>(k, 4);
        storePair(target, twoFours(first + one, second + one), twoFours(first + two, second + two));
      }
    } else if (arrangement == ANYWHERE) {
      for (let k = kernelOffsets; k < end; k += 8, target += 32) {
        storePair(
          target,
          anywhere(planes + load<i32>(k), offsets),
          anywhere(planes + load<i32>(k, 4), offsets)
        );
      }
    } else {
      for (let k = kernelOffsets; k < end; k += 8, target += 32) {
        for (let lane: usize = 0; lane < 8; lane++) {
          const offset = load<i32>(offsets + (lane << 2));
          const place = target + (lane << 2);
          if (offset < 0) store<i32>(place, 0);
          else {
            store<i16>(place, load<i16>(planes + offset + load<i32>(k)));
            store<i16>(place, load<i16>(planes + offset + load<i32>(k, 4)), 2);
          }
        }
      }
    }
  }
}

/** Eight columns of one pair: the codes of its first and of its second index alternate. */
@inline
function storePair(target: usize, one: v128, two: v128): void {
  v128.store(target, i16x8.shuffle(one, two, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(target, i16x8.shuffle(one, two, 4, 12, 5, 13, 6, 14, 7, 15), 16);
}

@inline
function everySecond(source: usize): v128 {
  return i16x8.shuffle(v128.load(source), v128.load(source, 16), 0, 2, 4, 6, 8, 10, 12, 14);
}

@inline
function twoFours(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}

@inline
function anywhere(planes: usize, offsets: usize): v128 {
  let codes = i16x8.splat(load<i16>(planes + load<i32>(offsets)));
  codes = v128.load16_lane(planes + load<i32>(offsets, 4), codes, 1);
  codes = v128.load16_lane(planes + load<i32>(offsets, 8), codes, 2);
  codes = v128.load16_lane(planes + load<i32>(offsets, 12), codes, 3);
  codes = v128.load16_lane(planes + load<i32>(offsets, 16), codes, 4);
  codes = v128.load16_lane(planes + load<i32>(offsets, 20), codes, 5);
  codes = v128.load16_lane(planes + load<i32>(offsets, 24), codes, 6);
  return v128.load16_lane(planes + load<i32>(offsets, 28), codes, 7);
}
