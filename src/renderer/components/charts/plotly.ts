import type { Data, Layout as PlotlyLayout } from 'plotly.js-dist-min';
import { withNote } from '../../figures/nothing-to-show.ts';
import type { Figure } from '../../figures/figure.ts';

/** Plotly is large: it is fetched with the first figure, so that screens without one do not wait for it. */
async function plotly() {
  const module = await import('plotly.js-dist-min');
  return module.default;
}

interface Size {
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** Figures are Plotly's vocabulary already; only its types name every attribute that it knows. */
function specification(figure: Figure, { widthPixels, heightPixels }: Size) {
  const layout = { ...withNote(figure), width: widthPixels, height: heightPixels };
  // Plotly writes what it finds out into the objects that it is given.
  return structuredClone({ data: figure.data, layout }) as unknown as {
    data: Data[];
    layout: Partial<PlotlyLayout>;
  };
}

/** Draws a figure into an element, or brings the one that is there up to date. */
export async function drawFigure(element: HTMLElement, figure: Figure, size: Size): Promise<void> {
  const { data, layout } = specification(figure, size);
  await (await plotly()).react(element, data, layout, { displayModeBar: false, showTips: false });
}

/** Frees what Plotly keeps for an element that goes away. */
export async function forgetFigure(element: HTMLElement): Promise<void> {
  (await plotly()).purge(element);
}

/** The figure as an SVG document, texts as texts. */
export async function figureSvg(figure: Figure, size: Size): Promise<string> {
  const { widthPixels: width, heightPixels: height } = size;
  const address = await (
    await plotly()
  ).toImage(specification(figure, size), { format: 'svg', width, height });
  return decodeURIComponent(address.slice(address.indexOf(',') + 1));
}

/** The figure as a PNG. @param scale dots for each CSS pixel; with three, 288 to the inch */
export async function figurePng(figure: Figure, size: Size, scale = 3): Promise<Blob> {
  const { widthPixels: width, heightPixels: height } = size;
  const address = await (
    await plotly()
  ).toImage(specification(figure, size), { format: 'png', width, height, scale });
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (character) =>
    character.charCodeAt(0)
  );
  return new Blob([bytes], { type: 'image/png' });
}
