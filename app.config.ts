export default defineAppConfig({
  ui: {
    colors: { primary: 'aster', secondary: 'teal', success: 'emerald', info: 'sky', warning: 'amber', error: 'red', neutral: 'ink' },
    // A dense tool: controls are as high as two lines of small text, and the pointer says what can be pressed.
    button: { defaultVariants: { size: 'sm' }, slots: { base: 'cursor-pointer' } },
    modal: { slots: { overlay: 'bg-neutral-950/40', title: 'text-base' } },
    slideover: { slots: { overlay: 'bg-neutral-950/40' } },
  },
})
