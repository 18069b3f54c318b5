import {
  AcceleratorSettings,
  BitlabError,
  type AcceleratorChoice,
  type Handlers,
  type LinkSettings,
  type ReachCurve
} from '../../contract/index.ts';
import { dotProductsOf } from '../inference/accelerator-cost.ts';
import {
  ceilingBits,
  exactReach,
  networkCost,
  operatingPoint,
  publishedReach
} from '../simulation/photonic/index.ts';
import type { Context } from './context.ts';
import { modelNamed } from './names.ts';
import { withPreset } from './presets.ts';
import { schemaProblems, type SchemaIssue } from './schema-problem.ts';

/** Where the published tables have points. */
const publishedRates = [1, 5];
const publishedBits = [1, 2, 3, 4, 5, 6, 7, 8];

type Presets = Pick<Context, 'presets'>;

/** Presets and their light: what needs no notebook. */
export function lightHandlers(context: Presets): Pick<Handlers, 'accelerator.presets' | 'accelerator.reach'> {
  return {
    'accelerator.presets': async () =>
      context.presets.map((preset) => ({ ...preset, resolved: settingsOf(context, preset.name) })),

    'accelerator.reach': async ({ accelerator, bits, mode, curves }) => {
      const settings = settingsOf(context, accelerator);
      const { link, units } = settings;
      if (link === null) throw new BitlabError('ACCELERATOR_NO_LINK');
      const reachOf = (of: LinkSettings, each: number) =>
        mode === 'published' ? publishedReach(of, each) : exactReach(of, each, units);
      const curve = (
        rateGigasamplesPerSecond: number,
        asked: readonly number[],
        reach: typeof reachOf
      ): ReachCurve => {
        const atRate = { ...link, rateGigasamplesPerSecond };
        return {
          rateGigasamplesPerSecond,
          ceilingBits: ceilingBits(atRate),
          reaches: asked.map((each) => reach(atRate, each))
        };
      };
      const published = { ...AcceleratorSettings.parse({ link: {} }).link!, organization: link.organization };
      return {
        accelerator: settings,
        mode,
        reach: reachOf(link, bits),
        point: operatingPoint(link, settings),
        curves: curves.rates.map((rate) => curve(rate, curves.bits, reachOf)),
        published: publishedRates.map((rate) =>
          curve(rate, publishedBits, (atRate, each) =>
            publishedReach({ ...published, rateGigasamplesPerSecond: atRate.rateGigasamplesPerSecond }, each)
          )
        )
      };
    }
  };
}

/** Light, mapping and cost of accelerators: computed at once, without the computing process. */
export function acceleratorHandlers(
  context: Context
): Pick<Handlers, 'accelerator.presets' | 'accelerator.reach' | 'accelerator.cost'> {
  return {
    ...lightHandlers(context),

    'accelerator.cost': async ({ model, accelerator, weightBits, activationBits }) => {
      const settings = settingsOf(context, accelerator);
      const { id } = modelNamed(context.notebook, model);
      const { layers } = context.notebook.models.details(id)!;
      const products = layers.map((layer) => dotProductsOf(layer, weightBits, activationBits));
      return { accelerator: settings, cost: networkCost(products, settings) };
    }
  };
}

/**
 * All settings of an accelerator that was chosen.
 * @throws ACCELERATOR_PRESET_UNKNOWN, CONFIGURATION_*
 */
function settingsOf(context: Presets, choice: AcceleratorChoice): AcceleratorSettings {
  const settings = withPreset(choice, context.presets);
  const parsed = AcceleratorSettings.safeParse(settings);
  if (!parsed.success) {
    const issues = parsed.error.issues as readonly SchemaIssue[];
    const placement = { prefix: ['accelerator'], lineOf: () => null };
    throw schemaProblems(issues, AcceleratorSettings, settings, placement)[0]!.error;
  }
  return parsed.data;
}
