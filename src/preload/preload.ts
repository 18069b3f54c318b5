import { contextBridge, ipcRenderer, webUtils } from 'electron';

/*
 * All that the window can reach: the methods of the contract, their events, and files that the person chose. A path is
 * made known to the main process only by the dialog or from a real File, so that a page cannot name any file it likes.
 */
contextBridge.exposeInMainWorld('bitlab', {
  call: (method: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke('bitlab:call', method, input),

  onEvent(listener: (event: unknown) => void): () => void {
    const receive = (_: unknown, event: unknown) => listener(event);
    ipcRenderer.on('bitlab:event', receive);
    return () => ipcRenderer.removeListener('bitlab:event', receive);
  },

  chooseFiles: (kind: string): Promise<readonly string[]> => ipcRenderer.invoke('bitlab:choose-files', kind),

  zoom: (step: string): void => ipcRenderer.send('bitlab:zoom', step),

  pathForFile(file: File): string {
    const path = webUtils.getPathForFile(file);
    ipcRenderer.send('bitlab:file-given', path);
    return path;
  }
});
