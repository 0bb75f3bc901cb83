/** A notice of the operating system. */
export interface DesktopNotice {
  title: string
  body: string
  /** One of the same tag takes the place of the one before, whichever tab showed it. */
  tag: string
  onClick: () => void
}

/** Whether the browser may show notices of the operating system. */
export function mayShowDesktop(): boolean {
  return 'Notification' in globalThis && Notification.permission === 'granted'
}

/** Shows one, and brings the page up when it is pressed. A browser that has them for service workers only goes without. */
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
