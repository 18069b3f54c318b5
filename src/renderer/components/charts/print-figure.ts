import type { PaperSize } from '../../figures/paper-size.ts';

/**
 * Opens the dialog for printing with nothing but a figure on a page of its size: "Save as PDF" there gives a vector drawing whose
 * text is text, in the fonts of the screen. A library would have to bring fonts with it, and would draw again what the browser
 * draws already.
 * @param svg the figure in millimetres
 */
export function printFigure(svg: string, { widthMm, heightMm }: PaperSize): void {
  const page = document.createElement('div');
  page.id = 'printed-figure';
  page.innerHTML = svg;
  const style = document.createElement('style');
  style.textContent = `
    @page { size: ${widthMm}mm ${heightMm}mm; margin: 0; }
    #printed-figure { display: none; }
    @media print {
      body > :not(#printed-figure) { display: none !important; }
      html, body { width: auto; height: auto; margin: 0; overflow: visible; background: #ffffff; }
      #printed-figure, #printed-figure > svg { display: block; }
    }`;
  document.head.append(style);
  document.body.append(page);
  const clear = () => {
    style.remove();
    page.remove();
  };
  addEventListener('afterprint', clear, { once: true });
  print();
}
