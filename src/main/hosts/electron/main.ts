import { app, BrowserWindow, dialog, ipcMain, screen } from 'electron';
import type { WebFrameMain } from 'electron';
import { join } from 'node:path';
import { toReport } from '../../../contract/index.ts';
import { answerCall } from '../call-method.ts';
import { InterfaceFiles } from '../interface-files.ts';
import { noUploads } from '../no-uploads.ts';
import { notebookFolder } from '../notebook-folder.ts';
import { openBitlab } from '../open.ts';
import type { Bitlab } from '../open.ts';
import { interfaceFolder, programFolder, runnerEntry } from '../program-folder.ts';
import { applicationOrigin, registerApplicationScheme, serveInterface } from './app-protocol.ts';
import { chooseFiles } from './file-dialog.ts';
import { GivenFiles } from './given-files.ts';
import { lockDown } from './lock-down.ts';
import { utilityRunner } from './utility-runner.ts';
import { boundsOn, keepWindowState, readWindowState, usualSize, zoomAfter } from './window-state.ts';

/*
 * The desktop host: a window, its protocol, and the bridge from the window to the handler table. Everything else is in
 * modules that do not know Electron.
 */
let window: BrowserWindow | null = null;

// While developing, electron-vite serves the interface, with its own reloading.
const pageAddress =
  (app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL) ?? `${applicationOrigin}/`;

if (app.requestSingleInstanceLock()) {
  registerApplicationScheme();
  lockDown();
  app.on('second-instance', showWindow);
  app.whenReady().then(start).catch(failToStart);
} else {
  app.quit();
}

async function start(): Promise<void> {
  const given = new GivenFiles();
  const bitlab = await openBitlab({
    folder: notebookFolder(process.env.BITLAB_NOTEBOOK),
    startRunner: () => utilityRunner(runnerEntry),
    samples: true,
    uploads: noUploads,
    allowPath: (path) => given.allows(path)
  });
  serveInterface(new InterfaceFiles(interfaceFolder));
  connectWindow(bitlab, given);
  closeWithTheProgram(bitlab);
  openWindow();
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

function connectWindow(bitlab: Bitlab, given: GivenFiles): void {
  const fromWindow = (frame: WebFrameMain | null) =>
    frame !== null && frame.parent === null && pageAddress.startsWith(`${frame.origin}/`);
  ipcMain.handle('bitlab:call', (event, method: unknown, input: unknown) => {
    if (!fromWindow(event.senderFrame)) throw new Error('Refused.');
    return answerCall(bitlab.handlers, String(method), input);
  });
  ipcMain.handle('bitlab:choose-files', async (event, kind: unknown) => {
    if (!fromWindow(event.senderFrame) || window === null) throw new Error('Refused.');
    const paths = await chooseFiles(window, kind);
    for (const path of paths) given.add(path);
    return paths;
  });
  ipcMain.on('bitlab:file-given', (event, path: unknown) => {
    if (fromWindow(event.senderFrame) && typeof path === 'string') given.add(path);
  });
  ipcMain.on('bitlab:zoom', (event, step: unknown) => {
    if (!fromWindow(event.senderFrame) || window === null) return;
    const level = zoomAfter(window.webContents.getZoomLevel(), step);
    if (level !== null) window.webContents.setZoomLevel(level);
  });
  bitlab.subscribe((event) => window?.webContents.send('bitlab:event', event));
}

/** Electron does not wait for promises when it quits, so the first quit is put off until the notebook is closed. */
function closeWithTheProgram(bitlab: Bitlab): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void bitlab.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function openWindow(): void {
  const stateFile = join(app.getPath('userData'), 'window.json');
  const state = readWindowState(stateFile);
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const opened = new BrowserWindow({
    ...(boundsOn(areas, state.bounds) ?? usualSize),
    title: 'Bitlab',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(programFolder, 'out/preload/preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false
    }
  });
  if (state.maximized) opened.maximize();
  const { webContents } = opened;
  webContents.once('did-finish-load', () => webContents.setZoomLevel(state.zoomLevel));
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', () =>
    keepWindowState(stateFile, {
      bounds: opened.getNormalBounds(),
      maximized: opened.isMaximized(),
      zoomLevel: webContents.getZoomLevel(),
      address: new URL(webContents.getURL()).hash
    })
  );
  opened.on('closed', () => (window = null));
  window = opened;
  void opened.loadURL(`${pageAddress}${state.address}`);
}

function showWindow(): void {
  if (window === null) return openWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}

function failToStart(thrown: unknown): void {
  const { sentence, remedy } = toReport(thrown);
  dialog.showErrorBox('Bitlab cannot start', `${sentence}\n\n${remedy}`);
  app.exit(1);
}
