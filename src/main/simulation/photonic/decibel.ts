/** @returns milliwatts of a power in dBm */
export const milliwattOfDbm = (dbm: number): number => 10 ** (dbm / 10);

/** @returns a ratio of powers in dB as a plain ratio */
export const ratioOfDecibel = (decibel: number): number => 10 ** (decibel / 10);
