import { app, session } from 'electron';

const granted: ReadonlySet<string> = new Set(['notifications', 'clipboard-sanitized-write']);

/**
 * The window shows the notebook and nothing else: it goes nowhere, opens nothing, embeds nothing, and is granted nothing
 * but to write links to the clipboard and to tell when an experiment ended.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  void app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
      answer(granted.has(permission))
    );
    session.defaultSession.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
    session.defaultSession.setDevicePermissionHandler(() => false);
  });
}
