import type { LinkSettings } from '../../../contract/index.ts';
import { milliwattOfDbm, ratioOfDecibel } from './decibel.ts';

/** In coulomb, as the published scripts round it. */
const elementaryCharge = 1.6e-19;
/** kT/q in volt at 300 K, as the published scripts round it. */
const thermalVoltageAt300Kelvin = 0.0259;

/** Spectral densities of the photocurrent's noise at a received power, in A^2/Hz. */
export interface NoiseDensities {
  /** 2 q R P: of the light itself. */
  readonly shot: number;
  /** 2 q Id: of the dark current. */
  readonly dark: number;
  /** 4 k T / RL: of the load. */
  readonly thermal: number;
  /** R^2 P^2 RIN: of the laser's intensity. */
  readonly intensity: number;
}

/** @param powerDbm received light of a full-scale sum @returns the photocurrent R P, in A */
export function photocurrentAmpere(link: LinkSettings, powerDbm: number): number {
  return link.responsivityAmperePerWatt * milliwattOfDbm(powerDbm) * 1e-3;
}

/** The four terms under the roots of Eq. 8 of Al-Qadasi et al., APL Photonics 2022. */
export function noiseDensities(link: LinkSettings, powerDbm: number): NoiseDensities {
  const current = photocurrentAmpere(link, powerDbm);
  const thermalEnergy = elementaryCharge * thermalVoltageAt300Kelvin * (link.temperatureKelvin / 300);
  return {
    shot: 2 * elementaryCharge * current,
    dark: 2 * elementaryCharge * link.darkCurrentAmpere,
    thermal: (4 * thermalEnergy) / link.loadOhm,
    intensity: current ** 2 * ratioOfDecibel(link.relativeIntensityNoiseDbPerHz)
  };
}

/** Bandwidth over which noise is collected: the rate over the root of two, in Hz. */
export function noiseBandwidthHertz(link: LinkSettings): number {
  return (link.rateGigasamplesPerSecond * 1e9) / Math.SQRT2;
}

/** The two roots: noise of the current with the full light and with none, in A (rms), over the whole bandwidth. */
export function noiseCurrents(link: LinkSettings, powerDbm: number): { lit: number; unlit: number } {
  const { shot, dark, thermal, intensity } = noiseDensities(link, powerDbm);
  const bandwidth = noiseBandwidthHertz(link);
  return {
    lit: Math.sqrt((shot + dark + thermal + intensity) * bandwidth),
    unlit: Math.sqrt((dark + thermal) * bandwidth)
  };
}

/** @returns bits of a ratio of full scale to rms noise: (20 log10 ratio - 1.76) / 6.02 */
export function bitsOfRatio(ratio: number): number {
  return (20 * Math.log10(ratio) - 1.76) / 6.02;
}

/**
 * How precisely a sum can be told at the detector: Eq. 8 of Al-Qadasi et al. 2022 in the form that the scripts of the CASES
 * 2022 paper compute, with the noise of the lit and the unlit detector added. (The paper prints the first root alone, which
 * does not give its table.) It grows with the power, towards `ceilingBits`.
 * @param powerDbm received light of a full-scale sum, in dBm
 * @returns bits, with fractions; below 0 where noise exceeds the signal
 */
export function precisionBits(link: LinkSettings, powerDbm: number): number {
  const { lit, unlit } = noiseCurrents(link, powerDbm);
  return bitsOfRatio(photocurrentAmpere(link, powerDbm) / (lit + unlit));
}

/** The precision that no power exceeds, because the laser's own noise grows with it: 1 / sqrt(RIN DR / sqrt 2), in bits. */
export function ceilingBits(link: LinkSettings): number {
  const noise = ratioOfDecibel(link.relativeIntensityNoiseDbPerHz) * noiseBandwidthHertz(link);
  return bitsOfRatio(1 / Math.sqrt(noise));
}
