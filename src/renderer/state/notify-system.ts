/**
 * Tells the system's notifications, where they are permitted and the window is hidden: whoever looks at it sees the notice within.
 * @param onclick the person follows the notification; the window is in front again by then
 */
export function notifySystem(title: string, body: string, onclick: () => void): void {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  const notification = new Notification(title, { body, tag: title });
  notification.addEventListener('click', () => {
    window.focus();
    notification.close();
    onclick();
  });
}

/** Asks for the permission to do so. Gives what came of it, in words where it was refused, and null where it was granted. */
export async function permitNotifications(): Promise<string | null> {
  if (!('Notification' in window)) return 'This browser has no notifications.';
  const permission = await Notification.requestPermission();
  if (permission === 'granted') return null;
  return 'Notifications are not permitted: allow them for this address in the settings of the browser or of the system.';
}
