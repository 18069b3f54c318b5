// npm start: builds what is out of date, then opens the notebook in Electron's window or, where that cannot be had, in
// the browser. Options: --browser (no window), --port NUMBER, --notebook FOLDER.
import { parseArgs } from 'node:util';
import { buildKernels } from './build-kernels.mjs';
import { build, outOfDate } from './start/build.mjs';
import { openWindow } from './start/desktop.mjs';
import { openInPage } from './start/page.mjs';

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    notebook: { type: 'string' }
  }
});
if (values.notebook !== undefined) process.env.BITLAB_NOTEBOOK = values.notebook;

// The page runs from the sources, the window from the bundle.
await buildKernels();
if (outOfDate()) build();
const reason = values.browser ? 'The window was not asked for' : await openWindow();
if (reason !== null) await openInPage(reason, Number(values.port));
