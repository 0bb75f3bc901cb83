/** A notice of the operating system. */
export interface DesktopNotice {
  title: string
  body: string
  /** One of the same tag takes the place of the one before, whichever tab showed it. */
  tag: string
  onClick: () => void
}

/**
 * Whether a page of this browser can show notices of the operating system. Browsers for Android have their name, ask for
 * the permission, and throw when one is to be shown: nothing else tells before it is too late.
 */
export function canShowDesktop(): boolean {
  return 'Notification' in globalThis && !/\bAndroid\b/.test(globalThis.navigator.userAgent)
}

/** Whether it may, besides. */
export function mayShowDesktop(): boolean {
  return canShowDesktop() && Notification.permission === 'granted'
}

/** Shows one, and brings the page up when it is pressed. What can't be shown all the same isn't. */
export function showDesktop({ title, body, tag, onClick }: DesktopNotice): void {
  try {
    const notice = new Notification(title, { body, tag, icon: '/icons/apple-touch.png' })
    notice.addEventListener('click', () => {
      window.focus()
      notice.close()
      onClick()
    })
  }
  catch {
    // The centre has it all the same.
  }
}
