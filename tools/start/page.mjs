/**
 * Opens the notebook in the browser and serves it until Ctrl+C.
 * @param {string} reason why there is no window, as the beginning of a sentence
 */
export async function openInPage(reason, port) {
  const hosts = '../../src/main/hosts';
  const { notebookFolder } = await import(`${hosts}/notebook-folder.ts`);
  const { interfaceFolder } = await import(`${hosts}/program-folder.ts`);
  const { openLoopback } = await import(`${hosts}/loopback/open-loopback.ts`);
  const { openInBrowser } = await import(`${hosts}/open-in-browser.ts`);
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  });
  let host;
  try {
    host = await openLoopback({ folder: notebookFolder(), port, interfaceFolder });
  } catch (error) {
    console.error([error.message, error.remedy].filter(Boolean).join('\n'));
    process.exitCode = error.exit ?? 1;
    return;
  }
  console.log(`${reason}: the notebook is open at ${host.address} (end with Ctrl+C).`);
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
    openInBrowser(host.address);
  await ended;
  await host.close();
}
