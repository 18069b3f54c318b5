// What src/main/hosts/electron uses of Electron, recording what it is told. The utility process is a real child process.
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

export const recorded = {
  /** Channel -> handler of ipcMain.handle. */
  calls: new Map(),
  schemes: [],
  protocolHandler: null,
  permission: {},
  windows: [],
  errors: [],
  runners: []
};

class App extends EventEmitter {
  isPackaged = false;
  requestSingleInstanceLock = () => true;
  whenReady = () => Promise.resolve();
  getPath = () => process.env.STAND_IN_USER_DATA;
  exit = (code) => process.exit(code);
  quit() {
    let stopped = false;
    this.emit('before-quit', { preventDefault: () => (stopped = true) });
    if (!stopped) this.emit('quit');
  }
}
export const app = new App();

export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel, handler) => recorded.calls.set(channel, handler)
});

export class BrowserWindow extends EventEmitter {
  webContents = Object.assign(new EventEmitter(), {
    sent: [],
    send: (...message) => this.webContents.sent.push(message),
    zoomLevel: 0,
    getZoomLevel: () => this.webContents.zoomLevel,
    setZoomLevel: (level) => (this.webContents.zoomLevel = level),
    getURL: () => this.address,
    setWindowOpenHandler: (handler) => (this.webContents.openHandler = handler)
  });
  constructor(options) {
    super();
    this.options = options;
    recorded.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(address) {
    this.address = address;
    this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
  }
  show() {
    this.shown = true;
  }
  maximize() {
    this.maximized = true;
  }
  isMaximized = () => this.maximized === true;
  getNormalBounds = () => ({ x: 1, y: 2, width: 900, height: 700 });
}

export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1050 } }] };

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => recorded.schemes.push(...schemes),
  handle: (_scheme, handler) => (recorded.protocolHandler = handler)
};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler) => (recorded.permission.request = handler),
    setPermissionCheckHandler: (handler) => (recorded.permission.check = handler),
    setDevicePermissionHandler: (handler) => (recorded.permission.device = handler)
  }
};

export const dialog = {
  showErrorBox: (...text) => recorded.errors.push(text),
  showOpenDialog: async () => ({ canceled: false, filePaths: [process.env.STAND_IN_CHOSEN] })
};

export const utilityProcess = {
  fork(entry) {
    const child = fork(entry, [], { serialization: 'advanced' });
    recorded.runners.push(child);
    return Object.assign(child, { postMessage: (message) => child.send(message) });
  }
};
