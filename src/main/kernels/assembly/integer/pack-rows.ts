/**
 * Lays codes out as rows of A, less what is to be subtracted.
 * @param codes int16 (rows, columns)
 * @param places int32, for each of 2 * pairs reduction indices its column, or -1 where a tile is filled up with a zero
 */
export function packRows(
  codes: usize,
  places: usize,
  target: usize,
  rows: i32,
  columns: i32,
  pairs: i32,
  subtracted: i32
): void {
  const whole = rows & ~3;
  for (let row = 0; row < rows; row++) {
    const isBlocked = row < whole;
    const first = isBlocked ? (row & ~3) * pairs * 4 + (row & 3) * 4 : row * pairs * 4;
    const step: usize = isBlocked ? 16 : 4;
    let at = target + first;
    for (let pair = 0; pair < pairs; pair++) {
      const place = places + (<usize>pair << 3);
      store<i16>(at, codeAt(codes, load<i32>(place), subtracted));
      store<i16>(at, codeAt(codes, load<i32>(place, 4), subtracted), 2);
      at += step;
    }
    codes += <usize>columns << 1;
  }
}

@inline
function codeAt(codes: usize, place: i32, subtracted: i32): i16 {
  return place < 0 ? 0 : <i16>(<i32>load<i16>(codes + (<usize>place << 1)) - subtracted);
}
