import { z } from 'zod';
import type { SettingNotes } from './setting-notes.ts';

const positive = () => z.number().positive();
const lossDb = () => z.number().min(0);

/** What differs between the orders in which light is modulated, aggregated and split. */
export interface Organization {
  readonly title: string;
  /** Length of waveguide for each element, beside the pitch of its ring. */
  readonly elementLengthUm: number;
  /** Of the network as a whole: crosstalk, extinction and the like. */
  readonly penaltyDb: number;
}

/**
 * MAM: modulate, aggregate, modulate (weight): inputs are modulated once and shared by all units, as in HolyLight. AMM:
 * aggregate, modulate, modulate: each unit modulates its own, as in DEAP-CNN. Source of the numbers: Photonic Reconfigurable
 * Accelerators for Efficient Inference of CNNs With Mixed-Sized Tensors (CASES 2022), and the authors' scalability scripts.
 */
export const organizations = {
  MAM: { title: 'modulate, aggregate, modulate', elementLengthUm: 0, penaltyDb: 4.8 },
  AMM: { title: 'aggregate, modulate, modulate', elementLengthUm: 100, penaltyDb: 5.8 }
} as const satisfies Record<string, Organization>;

/** How precisely light carries a sum: the link budget from which noise and tile size follow. */
export const LinkSettings = z.strictObject({
  organization: z
    .enum(['MAM', 'AMM'])
    .default('MAM')
    .describe(
      'The order in which light passes: `MAM` modulates inputs once for all units, as HolyLight does; `AMM` once for each unit, as DEAP-CNN does.'
    ),
  rateGigasamplesPerSecond: positive()
    .default(5)
    .describe(
      'Sums for each second and detector. A faster detector collects more noise (Al-Qadasi et al., APL Photonics 2022, Eq. 8).'
    )
    .meta({ unit: 'GS/s' } satisfies SettingNotes),
  laserPowerDbm: z
    .number()
    .min(-100)
    .max(100)
    .default(10)
    .describe(
      'Optical power of the laser of each wavelength. More light, less noise, up to the noise of the laser itself (Al-Qadasi et al., APL Photonics 2022).'
    )
    .meta({ unit: 'dBm' } satisfies SettingNotes),
  wallPlugEfficiency: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('Light out of the laser for power drawn.'),
  responsivityAmperePerWatt: positive()
    .default(1.2)
    .describe('Responsivity of the photodetector.')
    .meta({ unit: 'A/W' } satisfies SettingNotes),
  loadOhm: positive()
    .default(50)
    .describe('Load resistance of the receiver.')
    .meta({ unit: 'ohm' } satisfies SettingNotes),
  darkCurrentAmpere: z
    .number()
    .min(0)
    .default(35e-9)
    .describe('Dark current of the photodetector.')
    .meta({ unit: 'A' } satisfies SettingNotes),
  temperatureKelvin: positive()
    .default(300)
    .describe('Temperature of the receiver: 300 K is a thermal voltage kT/q of 0.0259 V.')
    .meta({ unit: 'K' } satisfies SettingNotes),
  relativeIntensityNoiseDbPerHz: z
    .number()
    .max(0)
    .default(-140)
    .describe('Relative intensity noise of the laser.')
    .meta({ unit: 'dB/Hz' } satisfies SettingNotes),
  waveguideLossDbPerMm: lossDb()
    .default(0.3)
    .describe('Loss of the waveguide.')
    .meta({ unit: 'dB/mm' } satisfies SettingNotes),
  ringPitchUm: z
    .number()
    .min(0)
    .default(20)
    .describe('Length of waveguide for each ring.')
    .meta({ unit: 'um' } satisfies SettingNotes),
  elementLengthUm: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Further length for each element; null is that of the organization: 0 for MAM, 100 for AMM.')
    .meta({ unit: 'um' } satisfies SettingNotes),
  couplerLossDb: lossDb()
    .default(1.6)
    .describe('Loss from fibre or laser into the chip.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  modulatorLossDb: lossDb()
    .default(4)
    .describe('Insertion loss of the modulator.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  modulatorOutOfBandLossDb: lossDb()
    .default(0.01)
    .describe('Loss of each other modulator that is passed.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  weightRingLossDb: lossDb()
    .default(0.01)
    .describe('Insertion loss of the weight ring.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  weightRingOutOfBandLossDb: lossDb()
    .default(0.01)
    .describe('Loss of each other weight ring that is passed.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  splitterLossDb: lossDb()
    .default(0.01)
    .describe('Excess loss of each stage of the splitter.')
    .meta({ unit: 'dB' } satisfies SettingNotes),
  noises: z
    .array(z.enum(['shot', 'thermal', 'intensity']))
    .default(['shot', 'thermal', 'intensity'])
    .describe(
      'Which noises of the light are added to sums: what one costs is seen by leaving others out. The dark current counts as thermal; the link budget always has all.'
    ),
  penaltyDb: lossDb()
    .nullable()
    .default(null)
    .describe(
      'Power penalty of the network as a whole; null is that of the organization: 4.8 for MAM, 5.8 for AMM.'
    )
    .meta({ unit: 'dB' } satisfies SettingNotes)
});

export type LinkSettings = z.infer<typeof LinkSettings>;
/** A link whose organization has said what was left to it. */
export type ResolvedLink = LinkSettings & { readonly elementLengthUm: number; readonly penaltyDb: number };

/** The link with what its organization says about length and penalty where they are null. */
export function resolvedLink(link: LinkSettings): ResolvedLink {
  const { elementLengthUm, penaltyDb } = organizations[link.organization];
  return {
    ...link,
    elementLengthUm: link.elementLengthUm ?? elementLengthUm,
    penaltyDb: link.penaltyDb ?? penaltyDb
  };
}
