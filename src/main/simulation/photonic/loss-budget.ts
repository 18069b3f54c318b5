import { resolvedLink, type LinkSettings, type Loss } from '../../../contract/index.ts';

/**
 * What the light of one wavelength loses from its laser to a detector, term by term in the order of the loss budget of the
 * CASES 2022 paper's scripts.
 * @param tile N, elements of a unit, which may be a fraction @param units M, among which the light is divided
 */
export function losses(link: LinkSettings, tile: number, units: number): Loss[] {
  const {
    waveguideLossDbPerMm,
    ringPitchUm,
    elementLengthUm,
    couplerLossDb,
    modulatorLossDb,
    modulatorOutOfBandLossDb,
    splitterLossDb,
    weightRingLossDb,
    weightRingOutOfBandLossDb,
    penaltyDb
  } = resolvedLink(link);
  const lengthMm = ((ringPitchUm + elementLengthUm) / 1000) * tile;
  return [
    { name: 'split', decibel: 10 * Math.log10(units) },
    { name: 'waveguide', decibel: waveguideLossDbPerMm * lengthMm },
    { name: 'coupler', decibel: couplerLossDb },
    { name: 'modulator', decibel: modulatorLossDb },
    { name: 'modulatorsPassed', decibel: modulatorOutOfBandLossDb * (tile - 1) },
    { name: 'splitter', decibel: splitterLossDb * Math.log2(units) },
    { name: 'weightRing', decibel: weightRingLossDb },
    { name: 'weightRingsPassed', decibel: weightRingOutOfBandLossDb * (tile - 1) },
    { name: 'penalty', decibel: penaltyDb }
  ];
}

/** The sum of all losses, in dB. */
export function totalLossDb(link: LinkSettings, tile: number, units: number): number {
  return losses(link, tile, units).reduce((sum, { decibel }) => sum + decibel, 0);
}

/** Light that reaches a detector of the laser's, in dBm. */
export function receivedPowerDbm(link: LinkSettings, tile: number, units: number): number {
  return link.laserPowerDbm - totalLossDb(link, tile, units);
}

/** Power that the laser of one wavelength draws for its light, in dBm. */
export function drawnPowerDbm(link: LinkSettings): number {
  return link.laserPowerDbm - 10 * Math.log10(link.wallPlugEfficiency);
}
