// Starts the built main process on the stand-in, does what a window would do, and prints what came of it as JSON.
import { app, ipcMain, recorded } from 'electron';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

await import(pathToFileURL(process.argv[2]).href);
while (recorded.windows[0]?.address === undefined && recorded.errors.length === 0) await setTimeout(20);

const [window] = recorded.windows;
const page = { senderFrame: { origin: 'app://bitlab', parent: null } };
const stranger = { senderFrame: { origin: 'https://evil.example', parent: null } };
const frame = { senderFrame: { origin: 'app://bitlab', parent: {} } };
const call = (event, ...input) => recorded.calls.get('bitlab:call')(event, ...input);
const refused = (work) =>
  new Promise((resolve) => resolve(work())).then(
    () => false,
    () => true
  );
const fetched = async (address, method = 'GET') => {
  const response = await recorded.protocolHandler(new Request(address, { method }));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text()
  };
};
const prevented = (name) => {
  let called = false;
  window.webContents.emit(name, { preventDefault: () => (called = true) });
  return called;
};
const chosen = process.env.STAND_IN_CHOSEN;
const add = (path) => call(page, 'models.import', { source: { path }, name: 'chosen' });

const found = {
  errors: recorded.errors,
  address: window.address,
  shown: window.shown,
  preferences: window.options.webPreferences,
  schemes: recorded.schemes,
  models: await call(page, 'models.list', {}),
  unknown: await call(page, 'nothing', {}),
  invalid: await call(page, 'models.get', { no: 1 }),
  refusals: [
    await refused(() => call(stranger, 'models.list', {})),
    await refused(() => call(frame, 'models.list', {})),
    await refused(() => call({ senderFrame: null }, 'models.list', {})),
    await refused(() => recorded.calls.get('bitlab:choose-files')(stranger, 'model'))
  ],
  page: await fetched('app://bitlab/'),
  outside: [
    (await fetched('app://bitlab/../../package.json')).status,
    (await fetched('app://other/')).status,
    (await fetched('app://bitlab/', 'POST')).status
  ],
  locked: ['will-navigate', 'will-redirect', 'will-attach-webview'].map(prevented),
  opened: window.webContents.openHandler({ url: 'https://evil.example' }),
  permissions: [
    await new Promise((resolve) => recorded.permission.request(null, 'media', resolve)),
    recorded.permission.check(null, 'media'),
    recorded.permission.device()
  ],
  granted: [
    await new Promise((resolve) => recorded.permission.request(null, 'notifications', resolve)),
    recorded.permission.check(null, 'clipboard-sanitized-write')
  ],
  zoomed: (() => {
    ipcMain.emit('bitlab:zoom', stranger, 'in');
    const before = window.webContents.zoomLevel;
    ipcMain.emit('bitlab:zoom', page, 'in');
    ipcMain.emit('bitlab:zoom', page, 'nowhere');
    return [before, window.webContents.zoomLevel];
  })(),
  options: { width: window.options.width, height: window.options.height, x: window.options.x ?? null },
  beforeChoice: await add(chosen),
  noKind: await recorded.calls.get('bitlab:choose-files')(page, 'toString'),
  choice: await recorded.calls.get('bitlab:choose-files')(page, 'model'),
  afterChoice: await add(chosen),
  dropped: await (async () => {
    ipcMain.emit('bitlab:file-given', stranger, '/etc/hostname');
    const before = await call(page, 'models.import', { source: { path: '/etc/hostname' } });
    ipcMain.emit('bitlab:file-given', page, '/etc/hostname');
    return [before, await call(page, 'models.import', { source: { path: '/etc/hostname' } })];
  })(),
  settings: await call(page, 'settings.set', { theme: 'dark' }),
  events: window.webContents.sent
};
window.address += '#/runs?where=starred';
window.maximize();
window.emit('close');
await new Promise((resolve) => {
  app.once('quit', resolve);
  app.quit();
});
process.stdout.write(JSON.stringify(found));
